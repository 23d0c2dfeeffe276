import { html, nothing } from 'lit';
import { access } from '../lib/access.js';
import { HoneElement, announce } from '../lib/element.js';
import { whole } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { navigate } from '../lib/router.js';
import { bulk } from './bulk.js';
import { ACTIONS, sessionsOf } from './bulk-dialog.js';
import { isBin } from './filters.js';

const COMPARED = { least: 2, most: 50 };

/**
 * What can be done with the sessions selected, and what was done last. Changes are for reporters; comparing is reading.
 *
 * @property {string[]} ids those selected
 * @property {boolean} everything whether all that the filters match is selected
 * @property {boolean} offerEverything whether there is more to select than is loaded
 * @property {import('./filters.js').Filters} filters
 * @property {(id: string) => string|undefined} nameOf
 * @fires everything when all that match are to be selected
 * @fires clear
 * @fires changed with the action, when sessions were changed
 */
class BulkBar extends HoneElement {
  static properties = {
    ids: { attribute: false },
    everything: { type: Boolean },
    offerEverything: { type: Boolean },
    filters: { attribute: false },
    nameOf: { attribute: false },
    told: { state: true },
  };

  constructor() {
    super();
    this.ids = [];
    this.everything = false;
    this.offerEverything = false;
    this.filters = {};
    this.nameOf = () => undefined;
    /** What was done last. @type {{text: string, undo: string[]|null, problem?: boolean}|null} */
    this.told = null;
  }

  render() {
    return html`
      <div class="bulk">
        ${this.told ? this.#notice() : nothing}
        ${this.ids.length > 0 ? this.#bar() : nothing}
      </div>`;
  }

  #bar() {
    const { length } = this.ids;
    return html`
      <section class="bulk-bar" aria-label="Selected sessions" data-test="bulk-bar">
        <p class="bulk-count" data-test="bulk-count">${this.everything ? 'All that match' : html`<strong>${whole(length)}</strong> selected`}</p>
        ${this.offerEverything && !this.everything ? html`<button type="button" class="link-button" data-test="select-everything"
          @click=${() => this.dispatchEvent(new Event('everything'))}>Select all that match</button>` : nothing}
        <div class="actions">
          ${access.may('reporter') ? this.#changes() : nothing}
          ${this.#comparable() ? html`<button type="button" class="button button-small" data-test="bulk-compare" @click=${this.#compare}
            ?disabled=${length < COMPARED.least || length > COMPARED.most} title="Compares ${COMPARED.least} to ${COMPARED.most} sessions">Compare</button>` : nothing}
        </div>
        <button type="button" class="icon-button" aria-label="Let go what is selected" data-test="bulk-clear"
                @click=${() => this.dispatchEvent(new Event('clear'))}>${icon('cross')}</button>
      </section>`;
  }

  #comparable() {
    return !isBin(this.filters) && !this.everything;
  }

  #changes() {
    const button = (action, label, danger = false) => html`<button type="button" class="button button-small ${danger ? 'button-danger' : ''}"
      data-test="bulk-${action}" @click=${() => this.#open(action)}>${label}</button>`;
    return isBin(this.filters)
      ? html`${button('restore', 'Restore')}${access.may('admin') ? button('purge', 'Delete for ever', true) : nothing}`
      : html`${button('tag', 'Tag')}${button('cancel', 'Cancel')}${button('delete', 'Move to bin', true)}`;
  }

  #open(action) {
    const dialog = Object.assign(document.createElement('hone-bulk-dialog'), {
      action, nameOf: this.nameOf, ids: this.everything ? [] : this.ids, filters: this.everything ? this.filters : null,
    });
    dialog.addEventListener('done', ({ detail }) => this.#done(detail));
    dialog.addEventListener('close', () => this.#keepFocus(), { capture: true });
    document.body.append(dialog);
  }

  #done({ action, answer, ids }) {
    const same = answer.unchanged > 0 ? `, ${whole(answer.unchanged)} already so` : '';
    const refused = answer.refused > 0 ? `, ${whole(answer.refused)} refused` : '';
    // What was refused or already so is not this change's to undo.
    const undone = new Set(answer.refusals.map(({ id }) => id));
    this.#tell({
      text: `${ACTIONS[action].done(sessionsOf(answer.changed))}${same}${refused}`,
      undo: action === 'delete' && answer.changed > 0 ? ids.filter((id) => !undone.has(id)) : null,
    });
    this.dispatchEvent(new CustomEvent('changed', { detail: action }));
  }

  async #undo() {
    const { undo } = this.told;
    this.#tell({ text: `Restoring ${sessionsOf(undo.length)}…`, undo: null });
    try {
      const { changed, refused } = await bulk('restore', { ids: undo, filters: null });
      this.#tell({ text: `${sessionsOf(changed)} restored${refused > 0 ? `, ${whole(refused)} refused` : ''}`, undo: null });
      this.dispatchEvent(new CustomEvent('changed', { detail: 'restore' }));
    } catch (error) {
      const { title, detail } = Problem.of(error);
      this.#tell({ text: `Not restored: ${detail || title}`, undo, problem: true });
    }
  }

  #tell(told) {
    this.told = told;
    announce(told.text);
    this.#keepFocus();
  }

  /** What had the focus may go with the selection; what was done is the next thing to read. */
  #keepFocus() {
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) {
        this.querySelector('.bulk-notice button')?.focus();
      }
    });
  }

  #notice() {
    const { text, undo, problem } = this.told;
    return html`
      <div class="bulk-notice" data-test="bulk-notice">
        ${icon(problem ? 'warning' : 'check')} <p>${text}</p>
        ${undo ? html`<button type="button" class="button button-small" data-test="undo" @click=${this.#undo}>${problem ? 'Try again' : 'Undo'}</button>` : nothing}
        <button type="button" class="icon-button" aria-label="Dismiss" @click=${() => { this.told = null; }}>${icon('cross')}</button>
      </div>`;
  }

  #compare() {
    navigate(`/compare?ids=${this.ids.join(',')}`);
  }
}

customElements.define('hone-bulk-bar', BulkBar);
