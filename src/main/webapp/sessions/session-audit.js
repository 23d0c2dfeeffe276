import { html, nothing } from 'lit';
import { auditDetail } from '../lib/audit-detail.js';
import { HoneElement, foreign } from '../lib/element.js';
import { words } from '../lib/format.js';
import { Loader } from '../lib/loading.js';
import { skeletonRows } from '../lib/states.js';
import { readAudit } from './sessions-api.js';

/**
 * Who did what to a session, oldest first.
 *
 * @property {string} session its id
 */
class SessionAudit extends HoneElement {
  static properties = { session: {} };

  /** How many pages are open: a reload after an event must show as much as before. */
  #pages = 1;
  #entries = new Loader(this, async (signal) => {
    const items = [];
    let cursor = null;
    for (let page = 0; page < this.#pages; page++) {
      const answer = await readAudit(this.session, cursor, signal);
      items.push(...answer.items);
      cursor = answer.next_cursor;
      if (cursor === null) {
        break;
      }
    }
    return { items, more: cursor !== null };
  });

  willUpdate(changed) {
    if (changed.has('session')) {
      this.#entries.run();
    }
  }

  reload() {
    this.#entries.refresh();
  }

  render() {
    return this.#entries.render(({ items, more }) => html`
      <ol class="audit" data-test="audit">${items.map(entry)}</ol>
      ${more ? html`<button type="button" class="button button-small" @click=${this.#more}>Load more</button>` : nothing}`,
    skeletonRows(3));
  }

  #more() {
    this.#pages++;
    this.#entries.run();
  }
}

function entry({ at, actor, action, detail, request_id: request }) {
  return html`
    <li>
      <hone-time .at=${at}></hone-time>
      <span class="audit-action" title=${request ? `Request ${request}` : nothing}>${words(action.replace(/^session\./, ''))}</span>
      <span class="audit-detail">${auditDetail(detail)}</span>
      <span class="quiet">by ${foreign(actor, 60)}</span>
    </li>`;
}

customElements.define('hone-session-audit', SessionAudit);
