import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { words } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { Loader } from '../lib/loading.js';
import { firstPages } from '../lib/pages.js';
import { actionNotice, skeletonRows } from '../lib/states.js';
import { ROLES, deleteKey, listKeys } from './access-api.js';
import { confirm } from './confirm-dialog.js';
import './key-dialog.js';

/** What jobs and scripts sign their requests with. */
class Keys extends HoneElement {
  static properties = {
    busy: { state: true },
    problem: { state: true },
  };

  #pages = 1;
  #keys = new Loader(this, (signal) => firstPages(this.#pages, (cursor) => listKeys(cursor, signal)));

  constructor() {
    super();
    /** @type {string|null} id of the key that is being deleted */
    this.busy = null;
    /** @type {Problem|null} */
    this.problem = null;
  }

  firstUpdated() {
    this.#keys.run();
  }

  render() {
    return html`
      <section class="panel" aria-labelledby="keys">
        <div class="panel-head">
          <h2 id="keys">Keys</h2>
          <button type="button" class="button button-main" data-test="new-key" @click=${this.#create}>${icon('plus')} New key</button>
        </div>
        <p class="quiet access-about">Jobs and scripts sign their requests with a key. Give each its own: deleting one then stops only that one.</p>
        ${this.problem ? actionNotice(this.problem, () => { this.problem = null; }) : nothing}
        ${this.#keys.render(({ items, more }) => this.#list(items, more), skeletonRows(3, 'tall'))}
      </section>`;
  }

  #list(items, more) {
    if (items.length === 0) {
      return html`
        <div class="access-empty" data-test="empty">
          <h3>No keys yet</h3>
          <p>A key of the role reporter is what a training job needs. Create one, then let the job send it:</p>
          <hone-code label="curl command" .text=${`curl -H "Authorization: Bearer $HONE_KEY" ${location.origin}/api/v1/sessions`}></hone-code>
        </div>`;
    }
    return html`
      <ul class="access-list" data-test="keys">${repeat(items, ({ id }) => id, (key) => this.#row(key))}</ul>
      ${more ? html`<button type="button" class="button button-small" @click=${this.#more}>Load more</button>` : nothing}`;
  }

  #row(key) {
    const { id, name, role, hint, created_at: createdAt, created_by: createdBy, expires_at: expiresAt, last_used_at: usedAt } = key;
    const expired = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
    return html`
      <li class="access-row" data-test="key-row" data-name=${name}>
        <div class="access-what">
          <h3>${foreign(name, 80)} <code class="quiet">${hint}</code>
            ${expired ? html`<span class="badge tone-warn">${icon('slash')} Expired</span>` : nothing}</h3>
          <p class="quiet">${usedAt ? html`Used <hone-time relative .at=${usedAt}></hone-time>` : 'Not used yet'}
            · ${expiresAt === null ? 'holds without end' : html`${expired ? 'ended' : 'holds until'} <hone-time .at=${expiresAt}></hone-time>`}
            · created <hone-time relative .at=${createdAt}></hone-time> by ${foreign(createdBy, 40)}</p>
        </div>
        <div class="actions">
          <span class="access-role" title=${ROLES[role]}>${words(role)}</span>
          <button type="button" class="button button-small button-danger" data-test="delete" aria-label="Delete ${name}"
                  ?disabled=${this.busy === id} @click=${() => this.#askDelete(key)}>Delete</button>
        </div>
      </li>`;
  }

  #create() {
    const dialog = document.createElement('hone-key-dialog');
    dialog.addEventListener('created', () => this.#keys.run());
    document.body.append(dialog);
  }

  #askDelete(key) {
    confirm({
      heading: html`Delete <bdi>${key.name}</bdi>?`,
      text: 'Requests with this key are refused at once.',
      action: 'Delete',
    }, async () => {
      this.busy = key.id;
      this.problem = null;
      try {
        await deleteKey(key.id);
        announce(`${key.name} deleted`);
        await this.#keys.run();
      } catch (error) {
        this.problem = Problem.of(error);
        // Somebody else may have deleted it meanwhile.
        this.#keys.run();
      }
      this.busy = null;
    });
  }

  #more() {
    this.#pages++;
    this.#keys.run();
  }
}

customElements.define('hone-keys', Keys);
