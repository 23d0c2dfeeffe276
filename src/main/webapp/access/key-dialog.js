import { html } from 'lit';
import { Dialog } from '../lib/dialog.js';
import { announce } from '../lib/element.js';
import { errorAt, field, formProblem } from '../lib/field.js';
import { createKey } from './access-api.js';
import { roleChoice } from './role-choice.js';
import '../lib/copy-code.js';

const DAY_MS = 86_400_000;
/** Days a key holds; null for no end. */
const PERIODS = { 7: '7 days', 30: '30 days', 90: '90 days', 365: 'One year', never: 'No end' };

/**
 * Makes a key and shows it, this once; is there as long as it is open.
 *
 * @fires created
 */
class KeyDialog extends Dialog {
  static properties = {
    made: { state: true },
  };

  constructor() {
    super();
    /** @type {(import('./access-api.js').Key & {key: string})|null} */
    this.made = null;
  }

  render() {
    return html`
      <dialog class="dialog-wide" aria-labelledby="key-title" data-test="key-dialog" @close=${() => this.remove()} @cancel=${this.#stay}>
        ${this.made === null ? this.#form() : this.#key()}
      </dialog>`;
  }

  #form() {
    return html`
      <h2 id="key-title">New key</h2>
      <form class="form" novalidate @submit=${this.#submit}>
        ${field({ id: 'key-name', label: 'Name', error: errorAt(this.problem, '/name'), hint: 'What will use it, like “nightly training”' },
          ({ id, invalid, describedBy }) => html`<input id=${id} name="name" required maxlength="64" autocomplete="off" spellcheck="false"
            autofocus aria-invalid=${invalid} aria-describedby=${describedBy}>`)}
        ${roleChoice('reporter')}
        ${field({ id: 'key-expiry', label: 'Holds for', error: errorAt(this.problem, '/expires_at') }, ({ id, invalid, describedBy }) => html`
          <select id=${id} name="period" aria-invalid=${invalid} aria-describedby=${describedBy}>
            ${Object.entries(PERIODS).map(([period, label]) => html`<option value=${period} ?selected=${period === '90'}>${label}</option>`)}
          </select>`)}
        ${formProblem(this.problem, ['/name', '/expires_at'])}
        <div class="actions">
          <button type="button" class="button" @click=${this.close}>Cancel</button>
          <button class="button button-main" data-test="create-key" ?disabled=${this.busy}>${this.busy ? 'Creating…' : 'Create'}</button>
        </div>
      </form>`;
  }

  #key() {
    const use = `export HONE_KEY=${this.made.key}\ncurl -H "Authorization: Bearer $HONE_KEY" ${location.origin}/api/v1/sessions`;
    return html`
      <h2 id="key-title">Key <bdi>${this.made.name}</bdi></h2>
      <p>Copy it now: Hone keeps only a hash of it and cannot show it again.</p>
      <div class="dialog-code" data-test="key"><hone-code label="key" .text=${this.made.key}></hone-code></div>
      <p class="label">How to use it</p>
      <div class="dialog-code" data-test="key-use"><hone-code label="commands" .text=${use}></hone-code></div>
      <div class="actions"><button type="button" class="button button-main" data-test="key-kept" @click=${this.close}>I have kept it</button></div>`;
  }

  #submit(event) {
    event.preventDefault();
    const typed = new FormData(event.target);
    const days = Number(typed.get('period'));
    this.attempt(async () => {
      this.made = await createKey({
        name: typed.get('name').trim(),
        role: typed.get('role'),
        ...(days > 0 ? { expires_at: new Date(Date.now() + days * DAY_MS).toISOString() } : {}),
      });
      announce('Key created. Copy it now.');
      this.dispatchEvent(new Event('created'));
      await this.updateComplete;
      this.querySelector('.code-block .button').focus();
    });
  }

  /** A slip on the escape key must not lose the key for good. */
  #stay(event) {
    if (this.made !== null) {
      event.preventDefault();
    }
  }
}

customElements.define('hone-key-dialog', KeyDialog);
