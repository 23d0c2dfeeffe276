import { html, nothing } from 'lit';
import { HoneElement } from '../lib/element.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { listSessions } from './sessions-api.js';
import { SessionRows } from './session-rows.js';
import './session-list.js';

const SHOWN = 50;
const SORT = '-created_at';
const COLUMNS = ['status', 'progress', 'verdict'];

/**
 * The child sessions of a session, or nothing where it has none.
 *
 * @property {string} parent its id
 */
class SessionChildren extends HoneElement {
  static properties = { parent: {} };

  #rows = new SessionRows();
  #loader = new Loader(this, async (signal) => {
    this.#rows.start(await listSessions({ parent: this.parent, sort: SORT, limit: SHOWN }, signal));
    return this.#rows;
  });
  #live = new LiveTopics(this, () => ['sessions'], (event) => this.#receive(event));

  async firstUpdated() {
    await this.#live.ready;
    this.#loader.run();
  }

  #receive(event) {
    if (event.event === 'resync' || event.event === 'sessions.imported') {
      this.#loader.run();
    } else if (this.#rows.apply(event, { filters: { parent: this.parent }, sort: SORT, hold: false })) {
      this.requestUpdate();
    }
  }

  render() {
    if (this.#rows.size === 0) {
      return nothing;
    }
    return html`
      <section class="stack-tight" aria-labelledby="children">
        <div class="panel-head"><h2 id="children">Child sessions</h2>
          ${this.#rows.nextCursor === null ? nothing : html`<a href="/sessions?parent=${this.parent}">All of them</a>`}</div>
        <hone-session-list class="is-narrow" .rows=${this.#rows.flat()} .columns=${COLUMNS} .sort=${SORT}></hone-session-list>
      </section>`;
  }
}

customElements.define('hone-session-children', SessionChildren);
