import { html, nothing } from 'lit';
import { HoneElement, foreign } from '../lib/element.js';
import { words } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { statusBadge } from '../sessions/badges.js';
import { listSessions } from '../sessions/sessions-api.js';

const TYPING_MS = 200;
const FOUND = 10;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Finds sessions by name, model or notes, or takes an id.
 *
 * @property {string[]} taken ids that are chosen already
 * @property {boolean} full whether no more may be added
 * @fires add with the id
 */
class SessionPicker extends HoneElement {
  static properties = {
    taken: { attribute: false },
    full: { type: Boolean },
    text: { state: true },
    found: { state: true },
    at: { state: true },
    problem: { state: true },
  };

  #typing = 0;
  #abort = new AbortController();

  constructor() {
    super();
    this.taken = [];
    this.full = false;
    this.text = '';
    /** @type {import('../sessions/sessions-api.js').Session[]|null} null: the list is closed */
    this.found = null;
    this.at = -1;
    /** @type {Problem|null} */
    this.problem = null;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
    this.#abort.abort();
  }

  render() {
    const offered = this.#offered;
    return html`
      <div class="picker" @focusout=${this.#left}>
        <label class="search">
          <span class="visually-hidden">Add a session by name, model, notes or id</span>
          ${icon('search')}
          <input type="search" role="combobox" placeholder=${this.full ? 'No more than 50 sessions' : 'Add a session: name, model, notes or id'}
                 autocomplete="off" maxlength="200" data-test="add-session" ?disabled=${this.full}
                 aria-expanded=${offered !== null} aria-controls="picker-list" aria-autocomplete="list"
                 aria-activedescendant=${this.at >= 0 ? `picker-${this.at}` : nothing}
                 .value=${this.text} @focus=${() => this.#search()} @input=${this.#typed} @keydown=${this.#key}>
        </label>
        <div class="picker-list" id="picker-list" role="listbox" aria-label="Sessions found" ?hidden=${offered === null}>
          ${this.problem ? html`<p class="picker-note" role="alert">${this.problem.title}. ${this.problem.detail}</p>` : nothing}
          ${offered?.length === 0 && !this.problem ? html`<p class="picker-note quiet">No other session matches.</p>` : nothing}
          ${offered?.map((session, i) => html`
            <div role="option" id="picker-${i}" aria-selected=${i === this.at} data-test="picker-option"
                 @mousedown=${(event) => event.preventDefault()} @click=${() => this.#add(session.id)}>
              <span class="picker-name">${foreign(session.name, 100)}
                <span class="quiet">${words(session.technique)} · ${foreign(session.model, 40)} · ${foreign(session.project, 40)}</span></span>
              ${statusBadge(session.status)}
            </div>`)}
        </div>
      </div>`;
  }

  get #offered() {
    return this.found?.filter(({ id }) => !this.taken.includes(id)) ?? null;
  }

  #typed(event) {
    this.text = event.target.value;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#search(), TYPING_MS);
  }

  async #search() {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const { items } = await listSessions({ q: this.text.trim(), parent: 'any', limit: FOUND + this.taken.length }, signal);
      this.found = items.slice(0, FOUND + this.taken.length);
      this.problem = null;
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      this.found = [];
      this.problem = Problem.of(error);
    }
    this.at = -1;
  }

  #key(event) {
    const count = Math.min(this.#offered?.length ?? 0, FOUND);
    if (event.key === 'Escape') {
      this.#close();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const id = ID.test(this.text.trim()) ? this.text.trim().toLowerCase() : this.#offered?.[Math.max(0, this.at)]?.id;
      if (id) {
        this.#add(id);
      }
    } else if (['ArrowDown', 'ArrowUp'].includes(event.key) && count > 0) {
      event.preventDefault();
      this.at = (this.at + (event.key === 'ArrowDown' ? 1 : -1) + count) % count;
    }
  }

  #left(event) {
    if (!this.contains(event.relatedTarget)) {
      this.#close();
    }
  }

  #close() {
    this.#abort.abort();
    this.found = null;
    this.at = -1;
  }

  #add(id) {
    this.text = '';
    this.#close();
    this.dispatchEvent(new CustomEvent('add', { detail: id }));
  }
}

customElements.define('hone-session-picker', SessionPicker);
