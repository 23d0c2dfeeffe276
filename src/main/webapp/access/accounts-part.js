import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { live as inSync } from 'lit/directives/live.js';
import { access } from '../lib/access.js';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { words } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { Loader } from '../lib/loading.js';
import { firstPages } from '../lib/pages.js';
import { actionNotice, skeletonRows } from '../lib/states.js';
import { ROLES, changeAccount, deleteAccount, listAccounts } from './access-api.js';
import { confirm } from './confirm-dialog.js';
import './account-dialog.js';

/** Everybody who may sign in. One's own account is left to the others: nobody locks themselves out by a slip. */
class Accounts extends HoneElement {
  static properties = {
    busy: { state: true },
    problem: { state: true },
  };

  #pages = 1;
  #accounts = new Loader(this, (signal) => firstPages(this.#pages, (cursor) => listAccounts(cursor, signal)));

  constructor() {
    super();
    /** @type {string|null} id of the account that is being changed */
    this.busy = null;
    /** @type {Problem|null} */
    this.problem = null;
  }

  firstUpdated() {
    this.#accounts.run();
  }

  render() {
    return html`
      <section class="panel" aria-labelledby="accounts">
        <div class="panel-head">
          <h2 id="accounts">Accounts</h2>
          <button type="button" class="button button-main" data-test="new-account" @click=${() => this.#openDialog(null)}>
            ${icon('plus')} New account</button>
        </div>
        <p class="quiet access-about">People sign in with an account. Jobs and scripts use <a href="?tab=keys">keys</a>.</p>
        ${this.problem ? actionNotice(this.problem, () => { this.problem = null; }) : nothing}
        ${this.#accounts.render(({ items, more }) => this.#list(items, more), skeletonRows(3, 'tall'))}
      </section>`;
  }

  #list(items, more) {
    return html`
      <ul class="access-list" data-test="accounts">${repeat(items, ({ id }) => id, (account) => this.#row(account))}</ul>
      ${items.length > 1 ? nothing : html`
        <div class="notice access-first" data-test="first-account"><p>Nobody else has an account yet. Give each person one of their own:
          the audit then says who did what.</p></div>`}
      ${more ? html`<button type="button" class="button button-small" @click=${this.#more}>Load more</button>` : nothing}`;
  }

  #row(account) {
    const { id, username, role, disabled, created_at: createdAt, created_by: createdBy, last_signed_in_at: lastAt } = account;
    const own = id === access.account?.id;
    return html`
      <li class="access-row" data-test="account-row" data-name=${username}>
        <div class="access-what">
          <h3>${foreign(username, 80)} ${own ? html`<span class="badge tone-idle">${icon('person')} You</span>` : nothing}
            ${disabled ? html`<span class="badge tone-warn">${icon('slash')} Disabled</span>` : nothing}</h3>
          <p class="quiet">${lastAt ? html`Signed in <hone-time relative .at=${lastAt}></hone-time>` : 'Never signed in'}
            · created <hone-time relative .at=${createdAt}></hone-time> by ${foreign(createdBy, 40)}</p>
        </div>
        ${own ? html`<p class="quiet access-own">${words(role)} · another admin can change this account</p>` : html`
          <div class="actions">
            <select aria-label="Role of ${username}" data-test="role" ?disabled=${this.busy === id} title=${ROLES[role]}
                    .value=${inSync(role)} @change=${(event) => this.#change(account, { role: event.target.value }, `${username} is now ${event.target.value}`)}>
              ${Object.keys(ROLES).map((one) => html`<option value=${one} ?selected=${one === role}>${words(one)}</option>`)}
            </select>
            <button type="button" class="button button-small" data-test="link" aria-label="New sign-in link for ${username}"
                    ?disabled=${disabled || this.busy === id} @click=${() => this.#openDialog(account)}>Sign-in link</button>
            <button type="button" class="button button-small" data-test="disable" aria-label="${disabled ? 'Enable' : 'Disable'} ${username}"
                    ?disabled=${this.busy === id}
                    @click=${() => this.#change(account, { disabled: !disabled }, `${username} ${disabled ? 'enabled' : 'disabled'}`)}>
              ${disabled ? 'Enable' : 'Disable'}</button>
            <button type="button" class="button button-small button-danger" data-test="delete" aria-label="Delete ${username}"
                    ?disabled=${this.busy === id} @click=${() => this.#askDelete(account)}>Delete</button>
          </div>`}
      </li>`;
  }

  #openDialog(account) {
    const dialog = Object.assign(document.createElement('hone-account-dialog'), { account });
    dialog.addEventListener('created', () => this.#accounts.run());
    document.body.append(dialog);
  }

  #change(account, changes, done) {
    this.#send(account, done, async () => {
      const changed = await changeAccount(account.id, changes);
      const { items, more } = this.#accounts.value;
      this.#accounts.value = { items: items.map((one) => (one.id === changed.id ? changed : one)), more };
    });
  }

  #askDelete(account) {
    confirm({
      heading: html`Delete <bdi>${account.username}</bdi>?`,
      text: 'They are signed out at once, and the keys they created stop working. What they did stays in the audit.',
      action: 'Delete',
    }, () => this.#send(account, `${account.username} deleted`, async () => {
      await deleteAccount(account.id);
      await this.#accounts.run();
    }));
  }

  async #send({ id }, done, action) {
    this.busy = id;
    this.problem = null;
    try {
      await action();
      announce(done);
    } catch (error) {
      this.problem = Problem.of(error);
      // Somebody else may have changed it meanwhile.
      this.#accounts.run();
    }
    this.busy = null;
  }

  #more() {
    this.#pages++;
    this.#accounts.run();
  }
}

customElements.define('hone-accounts', Accounts);
