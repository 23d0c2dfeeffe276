import { html, nothing } from 'lit';
import { Dialog } from '../lib/dialog.js';
import { announce, foreign } from '../lib/element.js';
import { formProblem } from '../lib/field.js';
import { whole } from '../lib/format.js';

/**
 * Says what will happen, does it, and says what was removed; is there as long as it is open.
 *
 * @property {import('./cache-actions.js').Action} action
 * @fires done once it is done
 */
class CacheAction extends Dialog {
  static properties = {
    action: { attribute: false },
    removed: { state: true },
  };

  #typed = new FormData();

  constructor() {
    super();
    /** @type {[string, import('./caches-api.js').Removed][]|null} */
    this.removed = null;
  }

  render() {
    return html`
      <dialog class="cache-dialog" aria-labelledby="cache-action-title" data-test="action-dialog" @close=${() => this.remove()}>
        ${this.removed === null ? this.#form() : this.#answer()}
      </dialog>`;
  }

  #form() {
    const { heading, text, label, fields, pointers = [] } = this.action;
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
          <button type="button" class="button" ?autofocus=${!fields} @click=${this.close}>Keep</button>
          <button class="button button-danger" data-test="do" ?disabled=${this.busy}>${this.busy ? 'Under way…' : label}</button>
        </div>
      </form>`;
  }

  #answer() {
    const asked = this.removed.every(([, { l2 }]) => l2 >= 0);
    return html`
      <h2 id="cache-action-title">${sentence(this.removed)}</h2>
      ${this.removed.length === 0 ? nothing : html`
        <table class="table cache-removed" data-test="removed">
          <thead><tr><th scope="col">Removed</th><th scope="col" class="number">L1</th><th scope="col" class="number">L2</th><th scope="col" class="number">Durable</th></tr></thead>
          <tbody>${this.removed.map(([what, { l1, l2, durable }]) => html`
            <tr><th scope="row">${foreign(what, 80)}</th><td class="number">${count(l1)}</td><td class="number">${count(l2)}</td><td class="number">${count(durable)}</td></tr>`)}</tbody>
        </table>`}
      ${asked ? nothing : html`<p class="quiet">L2 could not be asked how many. What it still holds is outdated, and answers no read.</p>`}
      <div class="actions"><button type="button" class="button button-main" data-test="close" @click=${this.close}>Done</button></div>`;
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
      this.removed = await this.action.send(typed);
      this.dispatchEvent(new Event('done'));
      announce(sentence(this.removed));
      await this.updateComplete;
      this.querySelector('[data-test="close"]')?.focus();
    });
  }
}

function sentence(removed) {
  const sum = removed.reduce((all, [, tiers]) => all + Object.values(tiers).reduce((some, one) => some + Math.max(0, one), 0), 0);
  return sum === 0 ? 'Nothing was there to remove' : sum === 1 ? '1 entry removed' : `${whole(sum)} entries removed`;
}

function count(removed) {
  return removed != null && removed < 0 ? 'not asked' : whole(removed);
}

customElements.define('hone-cache-action', CacheAction);
