import { html } from 'lit';
import { Page } from '../lib/element.js';
import { forbiddenPanel } from '../lib/states.js';

/** What stands where a page is for other roles. */
class ForbiddenPage extends Page {
  get heading() {
    return 'Only for admins';
  }

  render() {
    return html`
      <div class="page">
        <div class="page-head"><h1>Only for admins</h1></div>
        ${forbiddenPanel('Caches, settings, accounts, keys and the audit of the whole server are for admins.')}
      </div>`;
  }
}

customElements.define('hone-forbidden-page', ForbiddenPage);
