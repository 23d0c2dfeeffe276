import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { HoneElement, foreign } from '../lib/element.js';
import { latency, percent, whole, words } from '../lib/format.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { firstPages } from '../lib/pages.js';
import { emptyPanel, skeletonRows } from '../lib/states.js';
import '../lib/time.js';
import { listHealth } from './providers-api.js';

const TONES = { healthy: 'good', degraded: 'warn', unhealthy: 'bad', unknown: 'idle' };

/** @param {import('./providers-api.js').Health} health */
export const healthBadge = ({ status }) => html`<span class="badge tone-${TONES[status]}" data-test="health">${words(status)}</span>`;

/**
 * What a provider's last calls were like.
 *
 * @param {import('./providers-api.js').Health} health
 */
export function healthText(health) {
  const { calls, latency_ms: times, error_rate: errors, since, last_error_category: category, last_error_at: failedAt } = health;
  return html`
    <p class="quiet" data-test="health-text">
      ${calls === 0 ? 'Not called in the last five minutes' : html`${words(health.status)} since <hone-time relative .at=${since}></hone-time> ·
        ${times === null ? nothing : html`answers begin after ${latency(times.p50)}, 95% within ${latency(times.p95)} · `}
        ${errors === 0 ? `none of ${whole(calls)} calls failed` : `${percent(errors)} of ${whole(calls)} calls failed`}`}
      ${category === null ? nothing : html` · last failure: ${words(category).toLowerCase()}, <hone-time relative .at=${failedAt}></hone-time>`}
    </p>
    ${health.paused ? html`<p class="field-error" data-test="paused">Too many calls failed: it is left alone for a while, and tried again then.</p>` : nothing}`;
}

/** How the providers are, for those who may not change them. */
class ProviderHealth extends HoneElement {
  #pages = 1;
  #live = new LiveTopics(this, () => ['providers'], () => this.#health.refresh());
  #health = new Loader(this, (signal) => firstPages(this.#pages, (cursor) => listHealth(cursor, signal)));

  firstUpdated() {
    this.#health.run();
  }

  render() {
    return html`
      <section class="panel" aria-labelledby="provider-health">
        <div class="panel-head"><h2 id="provider-health">Health</h2></div>
        ${this.#health.render(({ items, more }) => this.#list(items, more), skeletonRows(2, 'tall'))}
      </section>`;
  }

  #list(items, more) {
    if (items.length === 0) {
      return emptyPanel('No providers yet', 'An admin adds those that the gateway sends calls to.');
    }
    return html`
      <ul class="providers-list" data-test="provider-health">${repeat(items, ({ name }) => name, (one) => html`
        <li class="providers-row" data-test="provider-health-row" data-name=${one.name}>
          <div class="providers-what"><h3>${foreign(one.name, 64)} ${healthBadge(one)}</h3>${healthText(one)}</div>
        </li>`)}</ul>
      ${more ? html`<button type="button" class="button button-small" @click=${this.#more}>Load more</button>` : nothing}`;
  }

  #more() {
    this.#pages++;
    this.#health.run();
  }
}

customElements.define('hone-provider-health', ProviderHealth);
