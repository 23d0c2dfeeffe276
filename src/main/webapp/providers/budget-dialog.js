import { html } from 'lit';
import { Dialog } from '../lib/dialog.js';
import { announce } from '../lib/element.js';
import { errorAt, field, formProblem } from '../lib/field.js';
import { ACTIONS, SCOPES, WINDOWS, changeBudget, createBudget } from './providers-api.js';

const SHOWN = ['/scope', '/subject', '/amount_usd', '/window', '/action'];
const SUBJECTS = {
  project: 'Name of the project',
  account: 'A username, or key:NAME for a key',
  session: 'Id of the session',
  provider: 'Name of the provider',
};

/**
 * Sets a budget or changes its amount; is there as long as it is open.
 *
 * @property {import('./providers-api.js').Budget|null} budget null for a new one
 * @fires saved
 */
class BudgetDialog extends Dialog {
  static properties = {
    budget: { attribute: false },
    scope: { state: true },
  };

  constructor() {
    super();
    this.budget = null;
    this.scope = 'project';
  }

  render() {
    const stored = this.budget;
    return html`
      <dialog aria-labelledby="budget-title" data-test="budget-dialog" @close=${() => this.remove()}>
        <h2 id="budget-title">${stored ? html`Budget of <bdi>${stored.subject}</bdi>` : 'New budget'}</h2>
        <form class="form" novalidate @submit=${this.#submit}>
          ${stored ? html`<p class="quiet">${SCOPES[stored.scope]}, ${WINDOWS[stored.window]}. What is bounded stays; for another, set another budget.</p>` : html`
            ${this.#choice('scope', 'For', SCOPES, this.scope, (event) => { this.scope = event.target.value; })}
            ${this.#text('subject', SCOPES[this.scope], '', SUBJECTS[this.scope])}
            ${this.#choice('window', 'Lasts', { month: 'A month', day: 'A day', total: 'For ever' }, 'month')}`}
          ${this.#text('amount_usd', 'Amount in USD', stored?.amount_usd ?? '', '0 refuses everything')}
          ${this.#choice('action', 'When it is used up', ACTIONS, stored?.action ?? 'block')}
          ${formProblem(this.problem, SHOWN)}
          <div class="actions">
            <button type="button" class="button" @click=${this.close}>Cancel</button>
            <button class="button button-main" data-test="save-budget" ?disabled=${this.busy}>${this.busy ? 'Saving…' : 'Save'}</button>
          </div>
        </form>
      </dialog>`;
  }

  #text(name, label, value, hint) {
    return field({ id: `budget-${name}`, label, hint, error: errorAt(this.problem, `/${name}`) }, ({ id, invalid, describedBy }) => html`
      <input id=${id} name=${name} autocomplete="off" spellcheck="false" value=${value} aria-invalid=${invalid} aria-describedby=${describedBy}>`);
  }

  #choice(name, label, options, chosen, change) {
    return field({ id: `budget-${name}`, label, error: errorAt(this.problem, `/${name}`) }, ({ id, invalid, describedBy }) => html`
      <select id=${id} name=${name} aria-invalid=${invalid} aria-describedby=${describedBy} @change=${change}>
        ${Object.entries(options).map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
      </select>`);
  }

  #submit(event) {
    event.preventDefault();
    const body = Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim()]));
    this.attempt(async () => {
      await (this.budget ? changeBudget(this.budget, body) : createBudget(body));
      announce('Budget saved');
      this.dispatchEvent(new Event('saved'));
      this.close();
    });
  }
}

customElements.define('hone-budget-dialog', BudgetDialog);
