import { html, nothing } from 'lit';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { formProblem } from '../lib/field.js';
import { whole } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { bulk, idsMatching, purge } from './bulk.js';
import '../lib/meter.js';

const REFUSALS_SHOWN = 100;

/** @param {number} count */
export const sessionsOf = (count) => `${whole(count)} ${count === 1 ? 'session' : 'sessions'}`;

/**
 * @typedef {object} Action
 * @property {(many: string) => string} ask the heading
 * @property {string} about what it means
 * @property {(many: string) => string} button
 * @property {(many: string) => string} done
 * @property {boolean} [danger]
 */

/** @type {Record<string, Action>} */
export const ACTIONS = {
  tag: {
    ask: (many) => `Tag ${many}`, about: 'A tag that is there already gets the new value.',
    button: (many) => `Tag ${many}`, done: (many) => `${many} tagged`,
  },
  cancel: {
    ask: (many) => `Cancel ${many}?`, about: 'Those pending, running or paused end as cancelled, and their jobs are told so. This cannot be undone.',
    button: (many) => `Cancel ${many}`, done: (many) => `${many} cancelled`, danger: true,
  },
  delete: {
    ask: (many) => `Move ${many} to the bin?`, about: 'Their child sessions go with them. From the bin they can be restored.',
    button: (many) => `Move ${many} to the bin`, done: (many) => `${many} moved to the bin`, danger: true,
  },
  restore: {
    ask: (many) => `Restore ${many}?`, about: 'They stand in the list again, with the child sessions that went with them.',
    button: (many) => `Restore ${many}`, done: (many) => `${many} restored`,
  },
  purge: {
    ask: (many) => `Delete ${many} for ever?`, about: 'Their steps, metrics and child sessions are deleted too. This cannot be undone.',
    button: (many) => `Delete ${many} for ever`, done: (many) => `${many} deleted for ever`, danger: true,
  },
};

/**
 * Changes many sessions: says how many, asks, shows how it goes, and says what was refused; is there as long as it is
 * open.
 *
 * @property {string} action one of ACTIONS
 * @property {string[]} ids those to change, where `filters` is null
 * @property {import('./filters.js').Filters|null} filters all they match are to change
 * @property {(id: string) => string|undefined} nameOf names those that are loaded
 * @fires done with the answer and the ids
 */
class BulkDialog extends HoneElement {
  static properties = {
    action: { attribute: false },
    ids: { attribute: false },
    filters: { attribute: false },
    nameOf: { attribute: false },
    tags: { state: true },
    busy: { state: true },
    made: { state: true },
    answer: { state: true },
    problem: { state: true },
  };

  #abort = new AbortController();

  constructor() {
    super();
    this.action = 'delete';
    this.ids = [];
    this.filters = null;
    this.nameOf = () => undefined;
    this.tags = [{ key: '', value: '', remove: false }];
    /** @type {'counting'|'changing'|null} */
    this.busy = null;
    this.made = 0;
    /** @type {import('./bulk.js').BulkAnswer|null} */
    this.answer = null;
    /** @type {Problem|null} */
    this.problem = null;
  }

  firstUpdated() {
    this.querySelector('dialog').showModal();
    if (this.filters !== null) {
      this.#count();
    }
  }

  async #count() {
    await this.#try('counting', async () => {
      this.ids = await idsMatching(this.filters, this.#abort.signal);
      announce(sessionsOf(this.ids.length));
    });
    // What had the focus while counting is gone.
    await this.updateComplete;
    this.querySelector('[autofocus]')?.focus();
  }

  async #change(event) {
    event.preventDefault();
    const { action, ids, filters } = this;
    const progress = (made) => { this.made = made; };
    await this.#try('changing', async () => {
      this.answer = action === 'purge' ? await purge(ids, progress)
        : await bulk(action, { ids, filters }, action === 'tag' ? this.#tagChanges() : undefined, progress);
      this.dispatchEvent(new CustomEvent('done', { detail: { action, answer: this.answer, ids } }));
      if (this.answer.refused === 0) {
        this.#close();
      }
    });
  }

  async #try(busy, action) {
    this.busy = busy;
    this.problem = null;
    try {
      await action();
    } catch (error) {
      if (!this.#abort.signal.aborted) {
        this.problem = Problem.of(error);
      }
    }
    this.busy = null;
  }

  render() {
    return html`
      <dialog aria-labelledby="bulk-title" data-test="bulk-dialog" @close=${this.#closed}
              @cancel=${(event) => { if (this.busy === 'changing') { event.preventDefault(); } }}>
        ${this.answer ? this.#answered() : this.busy === 'counting' ? this.#counting() : this.#asking()}
      </dialog>`;
  }

  #counting() {
    return html`
      <h2 id="bulk-title">${ACTIONS[this.action].ask('all that match')}</h2>
      <p role="status">Counting the sessions that match…</p>
      <div class="actions"><button type="button" class="button" @click=${this.#close}>Stop</button></div>`;
  }

  #asking() {
    const { ask, about, button, danger } = ACTIONS[this.action];
    const many = sessionsOf(this.ids.length);
    const uncounted = this.filters !== null && this.problem !== null && this.ids.length === 0;
    return html`
      <form class="form" @submit=${this.#change}>
        <h2 id="bulk-title">${ask(uncounted ? 'all that match' : many)}</h2>
        <p>${about}</p>
        ${this.action === 'tag' ? this.#tagFields() : nothing}
        ${this.busy === 'changing' ? html`
          <div role="status"><p>Working… ${this.made > 0 ? `${whole(this.made)} of ${whole(this.ids.length)}` : ''}</p>
            ${this.made > 0 ? html`<hone-meter .value=${this.made / this.ids.length}></hone-meter>` : nothing}</div>` : nothing}
        ${formProblem(this.problem)}
        <div class="actions">
          <button type="button" class="button" ?disabled=${this.busy === 'changing'} ?autofocus=${this.action !== 'tag'} @click=${this.#close}>${danger ? 'Keep' : 'Cancel'}</button>
          ${uncounted ? html`<button type="button" class="button button-main" @click=${this.#count}>Count again</button>` : html`
            <button class="button ${danger ? 'button-danger' : 'button-main'}" data-test="bulk-confirm"
                    ?disabled=${this.busy !== null || this.ids.length === 0}>${button(many)}</button>`}
        </div>
      </form>`;
  }

  #tagFields() {
    return html`
      <fieldset class="tag-rows">
        <legend class="visually-hidden">Tags</legend>
        ${this.tags.map((tag, i) => html`
          <div class="tag-row">
            <select aria-label="What to do with tag ${i + 1}" @change=${(event) => this.#setTag(i, { remove: event.target.value === 'remove' })}>
              <option value="add">Add</option><option value="remove" ?selected=${tag.remove}>Remove</option></select>
            <input aria-label="Key of tag ${i + 1}" data-test="tag-key" placeholder="key" required maxlength="100" autocomplete="off" ?autofocus=${i === 0}
                   .value=${tag.key} @input=${(event) => this.#setTag(i, { key: event.target.value })}>
            <input aria-label="Value of tag ${i + 1}" data-test="tag-value" placeholder=${tag.remove ? '' : 'value'} maxlength="1000" autocomplete="off"
                   ?required=${!tag.remove} ?disabled=${tag.remove} .value=${tag.remove ? '' : tag.value}
                   @input=${(event) => this.#setTag(i, { value: event.target.value })}>
          </div>`)}
        <button type="button" class="link-button" data-test="another-tag"
                @click=${() => { this.tags = [...this.tags, { key: '', value: '', remove: false }]; }}>Another tag</button>
      </fieldset>`;
  }

  #setTag(i, changes) {
    this.tags = this.tags.with(i, { ...this.tags[i], ...changes });
  }

  /** As the API takes them: null removes. */
  #tagChanges() {
    return Object.fromEntries(this.tags.map(({ key, value, remove }) => [key.trim(), remove ? null : value.trim()]));
  }

  #answered() {
    const { changed, unchanged, refused, refusals } = this.answer;
    return html`
      <h2 id="bulk-title">${refused === this.answer.matched ? 'Nothing was changed' : ACTIONS[this.action].done(sessionsOf(changed))}</h2>
      <p data-test="bulk-answer">${whole(changed)} changed · ${whole(unchanged)} already so · ${whole(refused)} refused</p>
      <ul class="refusals" aria-label="Refused" data-test="refusals" tabindex="0">${refusals.slice(0, REFUSALS_SHOWN).map(({ id, detail }) => html`
        <li><a href="/sessions/${id}" @click=${this.#close}>${foreign(this.nameOf(id) ?? id, 60)}</a> ${detail}</li>`)}
      </ul>
      ${refused > Math.min(refusals.length, REFUSALS_SHOWN) ? html`<p class="quiet">and ${whole(refused - Math.min(refusals.length, REFUSALS_SHOWN))} more</p>` : nothing}
      <div class="actions"><button type="button" class="button button-main" autofocus @click=${this.#close}>Close</button></div>`;
  }

  #close() {
    this.querySelector('dialog').close();
  }

  #closed() {
    this.#abort.abort();
    this.remove();
  }
}

customElements.define('hone-bulk-dialog', BulkDialog);
