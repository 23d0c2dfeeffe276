import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { confirm } from '../access/confirm-dialog.js';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { metric, whole } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { firstPages } from '../lib/pages.js';
import { actionNotice, keyHint, skeletonRows } from '../lib/states.js';
import './provider-dialog.js';
import { healthBadge, healthText } from './provider-health.js';
import { KINDS, deleteProvider, listHealth, listProviders, probeProvider } from './providers-api.js';

/** Where the gateway sends calls, and at which prices. */
class Providers extends HoneElement {
  static properties = {
    busy: { state: true },
    problem: { state: true },
  };

  #pages = 1;
  #live = new LiveTopics(this, () => ['providers'], () => {
    this.#providers.refresh();
    this.#health.refresh();
  });
  #health = new Loader(this, (signal) => firstPages(this.#pages, (cursor) => listHealth(cursor, signal)));
  #providers = new Loader(this, (signal) => firstPages(this.#pages, (cursor) => listProviders(cursor, signal)));

  constructor() {
    super();
    /** @type {string|null} name of the provider that is being deleted or asked */
    this.busy = null;
    /** @type {Problem|null} */
    this.problem = null;
  }

  firstUpdated() {
    this.#providers.run();
    this.#health.run();
  }

  render() {
    return html`
      <section class="panel" aria-labelledby="providers">
        <div class="panel-head">
          <h2 id="providers">Providers</h2>
          <button type="button" class="button button-main" data-test="new-provider" @click=${() => this.#edit(null)}>${icon('plus')} New provider</button>
        </div>
        ${this.problem ? actionNotice(this.problem, () => { this.problem = null; }) : nothing}
        ${this.#providers.render(({ items, more }) => this.#list(items, more), skeletonRows(2, 'tall'))}
      </section>`;
  }

  #list(items, more) {
    if (items.length === 0) {
      const text = `curl -X POST ${location.origin}/api/v1/providers \\
  -H "Authorization: Bearer $HONE_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"name": "ollama", "kind": "openai", "base_url": "http://localhost:11434/v1", "allow_private": true}'`;
      return html`
        <div class="providers-empty" data-test="empty">
          <h3>No providers yet</h3>
          <p>A provider is where the gateway sends calls to models. Its secret is kept encrypted and shown to nobody.</p>
          <p class="label">Add one here, or with curl</p>
          <hone-code label="curl command for a provider" .text=${text}></hone-code>
          ${keyHint('admin')}
        </div>`;
    }
    return html`
      <ul class="providers-list" data-test="providers">${repeat(items, ({ name }) => name, (one) => this.#row(one))}</ul>
      ${more ? html`<button type="button" class="button button-small" @click=${this.#more}>Load more</button>` : nothing}`;
  }

  #row(provider) {
    const { name, kind, base_url: url, has_secret: hasSecret, allow_private: isPrivate, limits, fallback } = provider;
    const health = this.#health.value?.items.find((one) => one.name === name);
    const prices = Object.entries(provider.prices);
    return html`
      <li class="providers-row" data-test="provider-row" data-name=${name}>
        <div class="providers-what">
          <h3>${foreign(name, 64)} <span class="badge tone-idle">${KINDS[kind]}</span>
            ${health ? healthBadge(health) : nothing}
            ${isPrivate ? html`<span class="badge tone-warn">${icon('lock')} Private addresses allowed</span>` : nothing}</h3>
          <p class="quiet"><code>${foreign(url, 120)}</code></p>
          <p class="quiet">${hasSecret ? 'Secret stored' : 'No secret'}
            ${limits.requests_per_minute === null ? nothing : html` · ${whole(limits.requests_per_minute)} requests a minute`}
            ${limits.concurrent_requests === null ? nothing : html` · ${whole(limits.concurrent_requests)} at a time`}
            · ${prices.length === 0 ? 'no prices: costs are unknown' : `${whole(prices.length)} ${prices.length === 1 ? 'price' : 'prices'}`}
            ${fallback === null ? nothing : html` · falls back to ${foreign(fallback.provider, 64)}`}</p>
          ${health ? healthText(health) : nothing}
          ${prices.length === 0 ? nothing : html`
            <details><summary>Prices of a million tokens</summary>
              <div class="scroll-x" tabindex="0" role="region" aria-label="Prices of ${name}">
                <table class="table"><thead><tr><th scope="col">Model</th><th scope="col" class="number">In</th><th scope="col" class="number">Out</th>
                  <th scope="col" class="number">Cached</th><th scope="col" class="number">Cache write</th></tr></thead>
                  <tbody>${prices.map(([model, price]) => html`<tr><th scope="row"><code>${foreign(model, 80)}</code></th>
                    <td class="number">${metric('usd', price.input_usd_per_million)}</td>
                    <td class="number">${metric('usd', price.output_usd_per_million)}</td>
                    <td class="number">${metric('usd', price.cached_input_usd_per_million)}</td>
                    <td class="number">${metric('usd', price.cache_write_usd_per_million)}</td></tr>`)}</tbody></table>
              </div></details>`}
        </div>
        <div class="actions">
          <button type="button" class="button button-small" data-test="probe" aria-label="Check ${name} now"
                  ?disabled=${this.busy === name} @click=${() => this.#probe(name)}>Check now</button>
          <button type="button" class="button button-small" data-test="edit" aria-label="Edit ${name}" @click=${() => this.#edit(provider)}>Edit</button>
          <button type="button" class="button button-small button-danger" data-test="delete" aria-label="Delete ${name}"
                  ?disabled=${this.busy === name} @click=${() => this.#askDelete(name)}>Delete</button>
        </div>
      </li>`;
  }

  #edit(provider) {
    const dialog = Object.assign(document.createElement('hone-provider-dialog'), { provider });
    dialog.addEventListener('saved', () => this.#providers.run());
    document.body.append(dialog);
  }

  async #probe(name) {
    this.busy = name;
    this.problem = null;
    try {
      const { status } = await probeProvider(name);
      announce(`${name} is ${status}`);
    } catch (error) {
      this.problem = Problem.of(error);
    }
    await this.#health.run();
    this.busy = null;
  }

  #askDelete(name) {
    confirm({
      heading: html`Delete <bdi>${name}</bdi>?`,
      text: 'Calls through it stop at once, and its secret is forgotten. Budgets and what it cost stay.',
      action: 'Delete',
    }, async () => {
      this.busy = name;
      this.problem = null;
      try {
        await deleteProvider(name);
        announce(`${name} deleted`);
      } catch (error) {
        this.problem = Problem.of(error);
      }
      await this.#providers.run();
      this.busy = null;
    });
  }

  #more() {
    this.#pages++;
    this.#providers.run();
    this.#health.run();
  }
}

customElements.define('hone-providers', Providers);
