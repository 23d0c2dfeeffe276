import { html, nothing } from 'lit';
import { Dialog } from '../lib/dialog.js';
import { announce } from '../lib/element.js';
import { errorAt, field, formProblem } from '../lib/field.js';
import { localTime } from '../lib/format.js';
import { SHORTEST_PASSWORD, createAccount, createSignInLink } from './access-api.js';
import { roleChoice } from './role-choice.js';
import '../lib/copy-code.js';

const POINTERS = ['/username', '/password'];

/**
 * Makes a new account, or a sign-in link for one there is, and shows the link; is there as long as it is open.
 *
 * @property {import('./access-api.js').Account|null} account whose link to make
 * @fires created with the new account
 */
class AccountDialog extends Dialog {
  static properties = {
    account: { attribute: false },
    withPassword: { state: true },
    link: { state: true },
  };

  constructor() {
    super();
    this.account = null;
    this.withPassword = false;
    /** @type {import('./access-api.js').SignInLink|null} */
    this.link = null;
  }

  firstUpdated() {
    super.firstUpdated();
    if (this.account !== null) {
      this.attempt(() => this.#makeLink());
    }
  }

  render() {
    return html`
      <dialog aria-labelledby="account-title" data-test="account-dialog" @close=${() => this.remove()}>
        ${this.account === null ? this.#form() : this.#linkPart()}
      </dialog>`;
  }

  #form() {
    return html`
      <h2 id="account-title">New account</h2>
      <form class="form" novalidate @submit=${this.#submit}>
        ${field({ id: 'new-username', label: 'Name', error: errorAt(this.problem, '/username'), hint: 'Small letters, digits and . _ @ -' },
          ({ id, invalid, describedBy }) => html`<input id=${id} name="username" required maxlength="64" autocomplete="off"
            autocapitalize="none" spellcheck="false" autofocus aria-invalid=${invalid} aria-describedby=${describedBy}>`)}
        ${roleChoice('viewer')}
        <fieldset class="choices">
          <legend>First sign-in</legend>
          <label class="choice"><input type="radio" name="first" value="link" ?checked=${!this.withPassword}
            @change=${() => { this.withPassword = false; }}> By a link
            <span class="quiet">You copy it and hand it over; they choose their own password</span></label>
          <label class="choice"><input type="radio" name="first" value="password" ?checked=${this.withPassword}
            @change=${() => { this.withPassword = true; }}> By a password you set</label>
        </fieldset>
        ${this.withPassword ? field({
          id: 'new-account-password', label: 'Password', error: errorAt(this.problem, '/password'), hint: `At least ${SHORTEST_PASSWORD} characters`,
        }, ({ id, invalid, describedBy }) => html`<input id=${id} name="password" type="password" autocomplete="new-password" required
            minlength=${SHORTEST_PASSWORD} aria-invalid=${invalid} aria-describedby=${describedBy}>`) : nothing}
        ${formProblem(this.problem, POINTERS)}
        <div class="actions">
          <button type="button" class="button" @click=${this.close}>Cancel</button>
          <button class="button button-main" data-test="create-account" ?disabled=${this.busy}>${this.busy ? 'Creating…' : 'Create'}</button>
        </div>
      </form>`;
  }

  #linkPart() {
    return html`
      <h2 id="account-title">Sign-in link for <bdi>${this.account.username}</bdi></h2>
      ${this.link === null ? html`
        ${this.problem ? formProblem(this.problem) : html`<p role="status">Making a link…</p>`}
        <div class="actions">
          <button type="button" class="button" @click=${this.close}>Close</button>
          ${this.problem ? html`<button type="button" class="button button-main" ?disabled=${this.busy}
            @click=${() => this.attempt(() => this.#makeLink())}>Try again</button>` : nothing}
        </div>` : html`
        <p>Hand it over on a way you trust: who opens it is signed in. It works once, until ${localTime(this.link.expires_at)}.</p>
        <div class="dialog-code" data-test="sign-in-link"><hone-code label="sign-in link" .text=${location.origin + this.link.path}></hone-code></div>
        <div class="actions"><button type="button" class="button button-main" @click=${this.close}>Done</button></div>`}`;
  }

  #submit(event) {
    event.preventDefault();
    const typed = new FormData(event.target);
    this.attempt(async () => {
      const password = this.withPassword ? { password: typed.get('password') } : {};
      const account = await createAccount({ username: typed.get('username').trim(), role: typed.get('role'), ...password });
      announce(`Account ${account.username} created`);
      this.dispatchEvent(new CustomEvent('created', { detail: account }));
      if (this.withPassword) {
        this.close();
        return;
      }
      this.account = account;
      await this.#makeLink();
    });
  }

  async #makeLink() {
    this.link = await createSignInLink(this.account.id);
    announce('Sign-in link made');
    await this.updateComplete;
    this.querySelector('.code-block .button').focus();
  }
}

customElements.define('hone-account-dialog', AccountDialog);
