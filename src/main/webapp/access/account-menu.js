import { html, nothing } from 'lit';
import { access } from '../lib/access.js';
import { HoneElement, foreign } from '../lib/element.js';
import { words } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';

/** Who is signed in, and what they can do about that. */
class AccountMenu extends HoneElement {
  static properties = {
    open: { state: true },
    busy: { state: true },
    problem: { state: true },
  };

  #onChange = () => this.requestUpdate();
  #onPress = (event) => {
    if (this.open && !this.contains(event.target)) {
      this.open = false;
    }
  };

  constructor() {
    super();
    this.open = false;
    this.busy = false;
    /** @type {Problem|null} */
    this.problem = null;
  }

  connectedCallback() {
    super.connectedCallback();
    access.addEventListener('change', this.#onChange);
    document.addEventListener('pointerdown', this.#onPress);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    access.removeEventListener('change', this.#onChange);
    document.removeEventListener('pointerdown', this.#onPress);
  }

  render() {
    if (access.account === null) {
      return nothing;
    }
    const { username, role } = access.account;
    return html`
      <div class="account" @keydown=${this.#escape}>
        <div class="account-menu" id="account-menu" ?hidden=${!this.open} data-test="account-menu">
          <button type="button" class="account-item" data-test="change-password" @click=${this.#changePassword}>Change password</button>
          <button type="button" class="account-item" data-test="sign-out" ?disabled=${this.busy}
                  @click=${() => this.#signOut(false)}>Sign out</button>
          <button type="button" class="account-item" data-test="sign-out-everywhere" ?disabled=${this.busy}
                  title="Ends every sign-in of this account, on this and other machines"
                  @click=${() => this.#signOut(true)}>Sign out everywhere</button>
          ${this.problem ? html`<p class="field-error" role="alert">Still signed in: ${this.problem.detail || this.problem.title}</p>` : nothing}
        </div>
        <button type="button" class="account-button" data-test="account" aria-expanded=${this.open} aria-controls="account-menu"
                @click=${() => { this.open = !this.open; this.problem = null; }}>
          ${icon('person')}
          <span class="account-name">${foreign(username, 60)}<span class="account-role quiet">${words(role)}</span></span>
          ${icon('chevron')}
        </button>
      </div>`;
  }

  #escape(event) {
    if (event.key === 'Escape' && this.open) {
      // The menu of a phone around this one stays open.
      event.preventDefault();
      this.open = false;
      this.querySelector('.account-button').focus();
    }
  }

  async #changePassword() {
    await import('./password-dialog.js');
    this.open = false;
    const dialog = document.createElement('hone-password-dialog');
    document.body.append(dialog);
  }

  async #signOut(everywhere) {
    this.busy = true;
    this.problem = null;
    try {
      await access.signOut({ everywhere });
    } catch (error) {
      this.problem = Problem.of(error);
    }
    this.busy = false;
  }
}

customElements.define('hone-account-menu', AccountMenu);
