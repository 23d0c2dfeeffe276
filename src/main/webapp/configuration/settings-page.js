import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Page } from '../lib/element.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { setQuery } from '../lib/router.js';
import { emptyPanel, skeletonRows } from '../lib/states.js';
import { listSettings } from './settings-api.js';
import './setting-row.js';

/** All runtime settings. */
class SettingsPage extends Page {
  #settings = new Loader(this, (signal) => listSettings(signal));
  #live = new LiveTopics(this, () => ['settings'], () => this.#settings.refresh());

  get heading() {
    return 'Settings';
  }

  async firstUpdated() {
    await this.#live.ready;
    this.#settings.run();
  }

  render() {
    return html`
      <div class="page">
        <div class="page-head">
          <h1>Settings</h1>
          <label class="inline-field"><span class="label">Find</span>
            <input type="search" class="settings-find" autocomplete="off" .value=${this.query.get('q') ?? ''}
                   @input=${(event) => setQuery({ q: event.target.value.trim() }, { replace: true })}></label>
        </div>
        ${this.#settings.render((settings) => this.#list(settings), html`<div class="panel settings">${skeletonRows(7, 'setting-skeleton')}</div>`)}
      </div>`;
  }

  #list(settings) {
    const wanted = (this.query.get('q') ?? '').toLowerCase();
    const shown = settings.filter(({ key, description }) => `${key} ${description}`.toLowerCase().includes(wanted));
    return shown.length === 0
      ? emptyPanel('No setting found', settings.length === 0 ? 'This server has none.' : 'No name or description has these words.')
      : html`<div class="panel settings">${repeat(shown, ({ key }) => key, (setting) => html`
          <hone-setting .setting=${setting} @changed=${(event) => this.#replace(event.detail)}></hone-setting>`)}</div>`;
  }

  #replace(setting) {
    this.#settings.value = this.#settings.value.map((one) => (one.key === setting.key ? setting : one));
    this.requestUpdate();
  }
}

customElements.define('hone-settings-page', SettingsPage);
