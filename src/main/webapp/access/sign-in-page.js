import { html, nothing } from 'lit';
import { access } from '../lib/access.js';
import { Page, foreign } from '../lib/element.js';
import { errorAt, field, formProblem } from '../lib/field.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { goOn, ownAddress } from '../lib/router.js';
import { SHORTEST_PASSWORD, changePassword } from './access-api.js';
import '../lib/copy-code.js';

/** The way in: by name and password, or by a sign-in link (`#code=`); then to where one wanted to go (`?to=`). */
class SignInPage extends Page {
  static properties = {
    step: { state: true },
    busy: { state: true },
    problem: { state: true },
    waitUntil: { state: true },
  };

  /** @type {string|null} a link's code that is yet to be used, or that the server could not be asked about */
  #code = null;
  #countdown = 0;
  #onHash = () => this.#openLink();
  #onChange = () => {
    // Signed in beside, in another tab.
    if (access.state === 'in' && this.step === 'form' && !this.busy) {
      this.#goOn();
    }
  };

  constructor() {
    super();
    /** @type {'form'|'link'|'password'} */
    this.step = 'form';
    this.busy = false;
    /** @type {Problem|null} */
    this.problem = null;
    /** @type {number} when the next try is allowed, milliseconds since 1970 */
    this.waitUntil = 0;
  }

  get heading() {
    return this.step === 'password' ? 'Choose a password' : 'Sign in';
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', this.#onHash);
    access.addEventListener('change', this.#onChange);
    if (!this.#openLink()) {
      this.#onChange();
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#onHash);
    access.removeEventListener('change', this.#onChange);
    clearInterval(this.#countdown);
  }

  firstUpdated() {
    this.#focus();
  }

  render() {
    return html`
      <div class="sign-in">
        <p class="sign-in-brand"><img src="/favicon.svg" width="36" height="36" alt=""> Hone</p>
        ${{ form: () => this.#form(), link: () => this.#link(), password: () => this.#password() }[this.step]()}
        ${this.step === 'password' ? nothing : html`
          <section class="sign-in-help" aria-labelledby="help">
            <h2 id="help">Cannot get in?</h2>
            <p>Without a password, or with a lost one, ask an admin for a sign-in link. On the server's own machine this command prints one for the admin:</p>
            <hone-code label="sign-in command" .text=${'./hone sign-in'}></hone-code>
          </section>`}
      </div>`;
  }

  #form() {
    const waiting = Math.ceil((this.waitUntil - Date.now()) / 1000);
    const button = waiting > 0 ? `Try again in ${waiting} s` : this.busy ? 'Signing in…' : 'Sign in';
    return html`
      <form class="panel form" novalidate @submit=${this.#submit} data-test="sign-in">
        <h1>Sign in</h1>
        ${this.#alert()}
        ${field({ id: 'username', label: 'Name' }, ({ id, describedBy }) => html`
          <input id=${id} name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required
                 aria-describedby=${describedBy}>`)}
        ${field({ id: 'password', label: 'Password' }, ({ id, describedBy }) => html`
          <input id=${id} name="password" type="password" autocomplete="current-password" required aria-describedby=${describedBy}>`)}
        <button class="button button-main" data-test="submit" ?disabled=${this.busy || waiting > 0}>${button}</button>
      </form>`;
  }

  #alert() {
    return this.problem === null ? nothing : html`
      <div class="form-alert" role="alert" data-test="sign-in-problem">${icon('warning')}<p>${problemText(this.problem)}</p></div>`;
  }

  #link() {
    return html`
      <section class="panel form" data-test="sign-in-link">
        <h1>Signing in</h1>
        ${this.problem === null ? html`<p role="status">Using your sign-in link…</p>` : html`
          ${this.#alert()}
          <p>The link is not used up. <button type="button" class="button button-small" ?disabled=${this.busy}
            @click=${() => this.#useLink()}>Try again</button></p>`}
      </section>`;
  }

  #password() {
    return html`
      <form class="panel form" novalidate @submit=${this.#choose} data-test="choose-password">
        <h1>Choose a password</h1>
        <p>You are signed in as ${foreign(access.account?.username ?? '', 60)}. With a password of your own you need no link the next
          time.</p>
        <input type="text" name="username" autocomplete="username" .value=${access.account?.username ?? ''} hidden readonly>
        ${field({
          id: 'new-password', label: 'New password', error: errorAt(this.problem, '/password'), hint: `At least ${SHORTEST_PASSWORD} characters`,
        }, ({ id, invalid, describedBy }) => html`
          <input id=${id} name="password" type="password" autocomplete="new-password" required minlength=${SHORTEST_PASSWORD}
                 aria-invalid=${invalid} aria-describedby=${describedBy}>`)}
        ${formProblem(this.problem, ['/password'])}
        <button class="button button-main" data-test="save-password" ?disabled=${this.busy}>${this.busy ? 'Saving…' : 'Save password'}</button>
        <button type="button" class="button" data-test="skip" @click=${this.#goOn}>Not now</button>
      </form>`;
  }

  /** @returns {boolean} whether the address has a link's code */
  #openLink() {
    const code = access.takeLinkCode();
    if (code !== null) {
      this.#code = code;
      this.#useLink();
    }
    return code !== null;
  }

  async #useLink() {
    if (this.busy) {
      return;
    }
    this.step = 'link';
    const code = this.#code;
    await this.#try(() => access.signInByLink(code));
    if (this.problem !== null && !this.problem.unreachable) {
      this.#code = null;
      this.step = 'form';
      this.#focus();
    }
  }

  #submit(event) {
    event.preventDefault();
    const typed = new FormData(event.target);
    if (this.busy || Date.now() < this.waitUntil) {
      return;
    }
    if (!typed.get('username').trim() || !typed.get('password')) {
      this.problem = new Problem(422, { title: 'Both fields are needed', detail: 'Type your name and your password.' });
      this.#focus();
      return;
    }
    this.#try(() => access.signIn(typed.get('username').trim(), typed.get('password')));
  }

  async #try(action) {
    this.busy = true;
    this.problem = null;
    try {
      await action();
      this.busy = false;
      this.#signedIn();
    } catch (error) {
      this.busy = false;
      this.#refused(Problem.of(error));
    }
  }

  #refused(problem) {
    this.problem = problem;
    if (problem.retryAfter !== null) {
      this.#wait(problem.retryAfter);
    }
    const password = this.querySelector('#password');
    if (password && problem.status === 401) {
      password.value = '';
      password.focus();
    }
  }

  #wait(seconds) {
    clearInterval(this.#countdown);
    this.waitUntil = Date.now() + seconds * 1000;
    this.#countdown = setInterval(() => {
      if (Date.now() >= this.waitUntil) {
        clearInterval(this.#countdown);
        this.problem = null;
      }
      this.requestUpdate();
    }, 1000);
  }

  #signedIn() {
    if (access.account.password_chosen) {
      this.#goOn();
    } else {
      this.step = 'password';
      this.#focus();
    }
  }

  async #choose(event) {
    event.preventDefault();
    this.busy = true;
    this.problem = null;
    try {
      await changePassword(new FormData(event.target).get('password'));
      access.passwordChosen();
      this.#goOn();
    } catch (error) {
      this.problem = Problem.of(error);
      this.#focus();
    }
    this.busy = false;
  }

  #goOn() {
    goOn(ownAddress(this.query.get('to')));
  }

  /** To the first field that wants something. */
  async #focus() {
    await this.updateComplete;
    const fields = [...this.querySelectorAll('input:not([hidden])')];
    (fields.find((input) => !input.value) ?? fields[0])?.focus();
  }
}

/** The server tells a wrong name from a wrong password to nobody, and a used link from an old one neither. */
function problemText(problem) {
  switch (problem.status) {
    case 401:
      return problem.detail || problem.title;
    case 429:
      return 'Too many tries. Wait until the button below is back.';
    case 0:
      return `${problem.title}. ${problem.detail}`;
    default:
      return problem.detail || problem.title;
  }
}

customElements.define('hone-sign-in-page', SignInPage);
