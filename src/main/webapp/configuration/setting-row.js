import { html, nothing } from 'lit';
import { HoneElement, announce } from '../lib/element.js';
import { NONE, whole } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { resetSetting, saveSetting } from './settings-api.js';

const SOURCES = {
  default: 'Default', file: 'From hone.properties', environment: 'From the environment', system: 'From a system property', stored: 'Set here',
};

/**
 * One setting: what it is, what it may be, where its value comes from, and a way to change it.
 *
 * @property {import('./settings-api.js').Setting} setting
 * @fires changed with the setting as it is now
 */
class SettingRow extends HoneElement {
  static properties = {
    setting: { attribute: false },
    editing: { state: true },
    busy: { state: true },
    problem: { state: true },
    changed: { state: true },
  };

  constructor() {
    super();
    this.editing = false;
    this.busy = false;
    /** @type {Problem|null} */
    this.problem = null;
    this.changed = false;
  }

  render() {
    const { key, description, source, restart, editable } = this.setting;
    return html`
      <article class="setting" aria-labelledby="setting-${key}" data-test="setting" data-key=${key}>
        <div class="setting-text">
          <h2 id="setting-${key}"><code>${key}</code></h2>
          <p>${description}</p>
          <p class="quiet setting-facts">${facts(this.setting)}</p>
        </div>
        ${this.editing ? this.#form() : html`
          <div class="setting-value">
            <p class="setting-current" data-test="setting-value">${valueText(this.setting, this.setting.value)}</p>
            <p class="setting-source ${source === 'default' ? 'quiet' : ''}" data-test="setting-source">${SOURCES[source] ?? source}</p>
            ${this.changed && restart ? html`<p class="setting-restart">Holds after a restart</p>` : nothing}
            ${editable ? html`
              <div class="actions">
                <button type="button" class="button button-small" aria-label="Edit ${key}" @click=${this.#edit}>Edit</button>
                ${source === 'stored' ? html`<button type="button" class="button button-small" aria-label="Reset ${key}"
                  ?disabled=${this.busy} @click=${() => this.#send(() => resetSetting(key), 'reset')}>Reset</button>` : nothing}
              </div>` : html`<p class="quiet">Set at start only</p>`}
            ${this.problem ? html`<p class="field-error" role="alert">${problemText(this.problem)}</p>` : nothing}
          </div>`}
      </article>`;
  }

  #form() {
    const { key, unit } = this.setting;
    return html`
      <form class="setting-value setting-form" novalidate @submit=${this.#submit} @keydown=${this.#escape}>
        <div class="setting-input">${this.#input()}${unit ? html`<span class="quiet">${unit}</span>` : nothing}</div>
        <p class="field-error" id="error-${key}" role="alert">${this.problem ? problemText(this.problem) : nothing}</p>
        <div class="actions">
          <button class="button button-small button-main" ?disabled=${this.busy}>${this.busy ? 'Saving…' : 'Save'}</button>
          <button type="button" class="button button-small" @click=${this.#cancel}>Cancel</button>
        </div>
      </form>`;
  }

  #input() {
    const { key, type, value, choices } = this.setting;
    const invalid = this.problem ? 'true' : nothing;
    const label = `New value of ${key}`;
    const options = type === 'boolean' ? ['true', 'false'] : choices;
    return options
      ? html`<select name="value" aria-label=${label} aria-invalid=${invalid} aria-describedby="error-${key}">
          ${options.map((option) => html`<option value=${option} ?selected=${option === String(value)}>${option}</option>`)}</select>`
      : html`<input name="value" aria-label=${label} aria-invalid=${invalid} aria-describedby="error-${key}" autocomplete="off"
          spellcheck="false" inputmode=${type === 'string' ? 'text' : 'decimal'} .value=${value === null ? '' : String(value)}>`;
  }

  async #edit() {
    this.editing = true;
    this.problem = null;
    await this.updateComplete;
    this.querySelector('[name="value"]').focus();
  }

  async #cancel() {
    this.editing = false;
    this.problem = null;
    await this.updateComplete;
    this.querySelector('.actions button')?.focus();
  }

  #escape(event) {
    if (event.key === 'Escape') {
      this.#cancel();
    }
  }

  #submit(event) {
    event.preventDefault();
    const typed = valueOf(this.setting, new FormData(event.target).get('value').trim());
    this.#send(() => saveSetting(this.setting.key, typed), 'saved');
  }

  async #send(action, done) {
    this.busy = true;
    this.problem = null;
    try {
      this.dispatchEvent(new CustomEvent('changed', { detail: await action() }));
      this.changed = true;
      announce(`${this.setting.key} ${done}`);
      await this.#cancel();
    } catch (error) {
      this.problem = Problem.of(error);
    }
    this.busy = false;
  }
}

/** What was typed, as the setting's type; what does not fit goes as text, for the server to say why not. */
function valueOf({ type, default: usual }, text) {
  if (type === 'boolean') {
    return text === 'true';
  }
  if (type === 'integer' || type === 'number') {
    if (text === '' && usual === null) {
      return null;
    }
    const typed = Number(text);
    return text === '' || Number.isNaN(typed) ? text : typed;
  }
  return text;
}

function valueText(setting, value) {
  if (value === null || value === '') {
    return html`<span class="quiet">not set</span>`;
  }
  return setting.unit ? `${number(setting, value)} ${setting.unit}` : html`<bdi>${number(setting, value)}</bdi>`;
}

/** Amounts have a unit and are grouped; a port is a name made of digits. */
function number({ unit, type }, value) {
  return unit && type === 'integer' ? whole(value) : String(value);
}

function facts(setting) {
  const { type, min, max, choices, restart, default: usual } = setting;
  const range = choices ? choices.join(' or ')
    : min !== null && max !== null ? `${type}, ${number(setting, min)} to ${number(setting, max)}`
      : min !== null ? `${type}, at least ${number(setting, min)}`
        : max !== null ? `${type}, at most ${number(setting, max)}` : type;
  const byDefault = usual === null || usual === '' ? NONE : valueText(setting, usual);
  return html`${range} · default ${byDefault}${restart ? ' · needs a restart' : nothing}`;
}

function problemText({ errors, detail, title }) {
  return errors.length > 0 ? errors.map((error) => error.detail).join('. ') : detail || title;
}

customElements.define('hone-setting', SettingRow);
