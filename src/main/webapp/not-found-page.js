import { html } from 'lit';
import { Page } from './lib/element.js';

/** What stands where there is no page. */
class NotFoundPage extends Page {
  get heading() {
    return 'Page not found';
  }

  render() {
    return html`
      <div class="page">
        <section class="state-panel" data-test="not-found">
          <h1>Page not found</h1>
          <p>Hone has no page at <code>${location.pathname}</code>. It may have moved, or the address has a typo.</p>
          <p class="actions"><a class="button" href="/">Dashboard</a> <a class="button" href="/sessions">Sessions</a></p>
        </section>
      </div>`;
  }
}

customElements.define('hone-not-found-page', NotFoundPage);
