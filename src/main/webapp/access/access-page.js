import { html, nothing } from 'lit';
import { Page } from '../lib/element.js';

const TABS = {
  accounts: { label: 'Accounts', load: () => import('./accounts-part.js'), part: () => html`<hone-accounts></hone-accounts>` },
  keys: { label: 'Keys', load: () => import('./keys-part.js'), part: () => html`<hone-keys></hone-keys>` },
  audit: { label: 'Audit', load: () => import('./audit-part.js'), part: (query) => html`<hone-audit .query=${query}></hone-audit>` },
};

/** Who may do what here, and who did what (`?tab=`). */
class AccessPage extends Page {
  get heading() {
    return `${TABS[this.tab].label} · Access`;
  }

  get tab() {
    const asked = this.query.get('tab');
    return Object.hasOwn(TABS, asked ?? '') ? asked : 'accounts';
  }

  willUpdate() {
    TABS[this.tab].load();
  }

  render() {
    return html`
      <div class="page">
        <div class="page-head">
          <h1>Access</h1>
          <nav class="segments" aria-label="Parts of access">
            ${Object.entries(TABS).map(([tab, { label }]) => html`
              <a href="?tab=${tab}" data-test="tab-${tab}" aria-current=${tab === this.tab ? 'true' : nothing}>${label}</a>`)}
          </nav>
        </div>
        ${TABS[this.tab].part(this.query)}
      </div>`;
  }
}

customElements.define('hone-access-page', AccessPage);
