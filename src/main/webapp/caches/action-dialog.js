import { html, nothing } from 'lit';
import { Dialog } from '../lib/dialog.js';
import { announce, foreign } from '../lib/element.js';
import { formProblem } from '../lib/field.js';
import { whole } from '../lib/format.js';

/**
 * Says what will happen, does it, and says how many entries it was about; is there as long as it is open.
 *
 * @property {import('./cache-actions.js').Action} action
 * @fires done once it is done
 */
class CacheAction extends Dialog {
  static properties = {
    action: { attribute: false },
    counted: { state: true },
  };

  #typed = new FormData();

  constructor() {
    super();
    /** @type {[string, Record<string, number>][]|null} */
    this.counted = null;
  }

  render() {
    return html`
      <dialog class="cache-dialog" aria-labelledby="cache-action-title" data-test="action-dialog" @close=${() => this.remove()}>
        ${this.counted === null ? this.#form() : this.#answer()}
      </dialog>`;
  }

  #form() {
    const { heading, text, label, harmless, fields, pointers = [] } = this.action;
    const below = (pointer) => pointers.some((one) => pointer === one || pointer.startsWith(`${one}/`));
    const error = (...wanted) => this.problem?.errors
      .filter(({ pointer }) => wanted.some((one) => pointer === one || pointer.startsWith(`${one}/`)))
      .map(({ pointer, detail }) => this.#named(pointer, detail)).join('. ') || undefined;
    return html`
      <h2 id="cache-action-title">${heading}</h2>
      <p>${text}</p>
      <form class="form" novalidate @submit=${this.#submit} @input=${this.#follow}>
        ${fields ? fields({ error, typed: this.#typed }) : nothing}
        ${formProblem(this.problem, this.problem?.errors.map(({ pointer }) => pointer).filter(below))}
        <div class="actions">
          <button type="button" class="button" ?autofocus=${!fields} @click=${this.close}>${harmless ? 'Cancel' : 'Keep'}</button>
          <button class="button ${harmless ? 'button-main' : 'button-danger'}" data-test="do" ?disabled=${this.busy}>${this.busy ? 'Under way…' : label}</button>
        </div>
      </form>`;
  }

  #answer() {
    const { heading, columns } = this.#outcome;
    const asked = this.counted.every(([, { l2 = 0 }]) => l2 >= 0);
    return html`
      <h2 id="cache-action-title">${this.#sentence}</h2>
      ${this.counted.length === 0 ? nothing : html`
        <table class="table cache-removed" data-test="removed">
          <thead><tr><th scope="col">${heading}</th>${columns.map(([, label]) => html`<th scope="col" class="number">${label}</th>`)}</tr></thead>
          <tbody>${this.counted.map(([what, counts]) => html`
            <tr><th scope="row">${foreign(what, 80)}</th>${columns.map(([name]) => html`<td class="number">${count(counts[name])}</td>`)}</tr>`)}</tbody>
        </table>`}
      ${asked ? nothing : html`<p class="quiet">L2 could not be asked how many. What it still holds is outdated, and answers no read.</p>`}
      <div class="actions"><button type="button" class="button button-main" data-test="close" @click=${this.close}>Done</button></div>`;
  }

  get #outcome() {
    return this.action.outcome ?? REMOVED;
  }

  get #sentence() {
    return this.#outcome.sentence(this.counted.reduce(
      (all, [, counts]) => all + Object.values(counts).reduce((some, one) => some + Math.max(0, one), 0), 0));
  }

  /** Of several in one field, which one is meant. */
  #named(pointer, detail) {
    const index = /\/(\d+)$/.exec(pointer)?.[1];
    return index === undefined ? detail : `No. ${Number(index) + 1} ${detail}`;
  }

  #follow(event) {
    this.#typed = new FormData(event.currentTarget);
    this.requestUpdate();
  }

  #submit(event) {
    event.preventDefault();
    const typed = new FormData(event.target);
    this.attempt(async () => {
      this.counted = await this.action.send(typed);
      this.dispatchEvent(new Event('done'));
      announce(this.#sentence);
      await this.updateComplete;
      this.querySelector('[data-test="close"]')?.focus();
    });
  }
}

/** @type {import('./cache-actions.js').Outcome} */
const REMOVED = {
  heading: 'Removed',
  columns: [['l1', 'L1'], ['l2', 'L2'], ['durable', 'Durable']],
  sentence: (sum) => (sum === 0 ? 'Nothing was there to remove' : sum === 1 ? '1 entry removed' : `${whole(sum)} entries removed`),
};

function count(entries) {
  return entries != null && entries < 0 ? 'not asked' : whole(entries);
}

customElements.define('hone-cache-action', CacheAction);
