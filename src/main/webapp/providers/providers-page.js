import { html } from 'lit';
import { access } from '../lib/access.js';
import { Page } from '../lib/element.js';
import './budgets-part.js';
import './provider-health.js';
import './providers-part.js';

/** Where the gateway sends calls, and what they may cost. Providers are for admins to set up; how they are, and budgets, are for all to see. */
class ProvidersPage extends Page {
  get heading() {
    return 'Providers';
  }

  render() {
    return html`
      <div class="page stack">
        <div class="page-head"><h1>Providers</h1></div>
        ${access.may('admin') ? html`<hone-providers></hone-providers>` : html`<hone-provider-health></hone-provider-health>`}
        <hone-budgets></hone-budgets>
      </div>`;
  }
}

customElements.define('hone-providers-page', ProvidersPage);
