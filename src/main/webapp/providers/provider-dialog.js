import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Dialog } from '../lib/dialog.js';
import { announce } from '../lib/element.js';
import { errorAt, field, formProblem } from '../lib/field.js';
import { icon } from '../lib/icons.js';
import { KINDS, changeProvider, createProvider } from './providers-api.js';

const SHOWN = ['/name', '/kind', '/base_url', '/secret', '/timeout_ms', '/limits/requests_per_minute', '/limits/concurrent_requests',
  '/auth_header', '/health_path', '/fallback/provider', '/probe_model'];

const PRICES = '/prices/';
/** Members of a price, what they are called, and whether one may be left out. */
const PARTS = [
  ['input_usd_per_million', 'In'], ['output_usd_per_million', 'Out'],
  ['cached_input_usd_per_million', 'Cached', true], ['cache_write_usd_per_million', 'Cache write', true],
];

/**
 * Adds a provider or changes one; is there as long as it is open. What secret is stored it never learns.
 *
 * @property {import('./providers-api.js').Provider|null} provider null for a new one
 * @fires saved
 */
class ProviderDialog extends Dialog {
  static properties = {
    provider: { attribute: false },
    rows: { state: true },
  };

  #next = 0;

  constructor() {
    super();
    this.provider = null;
    this.rows = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.rows = Object.entries(this.provider?.prices ?? {}).map(([model, price]) => ({ key: this.#next++, model, price }));
  }

  render() {
    const stored = this.provider;
    return html`
      <dialog class="provider-dialog" aria-labelledby="provider-title" data-test="provider-dialog" @close=${() => this.remove()}>
        <h2 id="provider-title">${stored ? html`Edit <bdi>${stored.name}</bdi>` : 'New provider'}</h2>
        <form class="form" novalidate @submit=${this.#submit}>
          ${stored ? nothing : this.#text('name', '/name', 'Name', '', 'Part of the gateway’s address, like openai')}
          ${field({ id: 'provider-kind', label: 'Interface', error: errorAt(this.problem, '/kind') }, ({ id, invalid, describedBy }) => html`
            <select id=${id} name="kind" aria-invalid=${invalid} aria-describedby=${describedBy}>
              ${Object.entries(KINDS).map(([kind, label]) => html`<option value=${kind} ?selected=${kind === (stored?.kind ?? 'openai')}>${label}</option>`)}
            </select>`)}
          ${this.#text('base_url', '/base_url', 'Base address', stored?.base_url ?? '', 'What comes before /chat/completions and the like')}
          ${field({
            id: 'provider-secret', label: 'Secret', error: errorAt(this.problem, '/secret'),
            hint: stored?.has_secret ? 'One is stored. Leave this empty to keep it.' : 'The provider’s key; kept encrypted and shown to nobody.',
          }, ({ id, invalid, describedBy }) => html`<input id=${id} name="secret" type="password" autocomplete="off" maxlength="4096"
              aria-invalid=${invalid} aria-describedby=${describedBy}>`)}
          ${stored?.has_secret ? html`<label class="check"><input type="checkbox" name="forget"> Forget the stored secret</label>` : nothing}
          <label class="check"><input type="checkbox" name="allow_private" ?checked=${stored?.allow_private ?? false}>
            It may be on this machine or in this network</label>
          ${this.#prices()}
          <details ?open=${SHOWN.slice(4).some((pointer) => errorAt(this.problem, pointer))}>
            <summary>Limits and details</summary>
            <div class="provider-more">
              ${this.#text('timeout_ms', '/timeout_ms', 'Timeout in ms', stored?.timeout_ms ?? 120000, 'For the answer to begin, and for each next part')}
              ${this.#text('requests_per_minute', '/limits/requests_per_minute', 'Requests a minute', stored?.limits.requests_per_minute ?? '', 'Empty for no limit')}
              ${this.#text('concurrent_requests', '/limits/concurrent_requests', 'Requests at a time', stored?.limits.concurrent_requests ?? '', 'Empty for no limit')}
              ${this.#text('auth_header', '/auth_header', 'Header of the secret', stored?.auth_header ?? '', 'Empty for what the interface has')}
              ${this.#text('health_path', '/health_path', 'Health path', stored?.health_path ?? '', 'Empty for what the interface has')}
              ${this.#text('fallback', '/fallback/provider', 'Falls back to', stored?.fallback?.provider ?? '', 'Name of a provider of the same interface, asked where this one fails')}
              ${field({ id: 'provider-models', label: 'Models there', hint: 'One in a line, as asked = there; others keep their names' }, ({ id, describedBy }) => html`
                <textarea id=${id} name="models" rows="2" spellcheck="false" aria-describedby=${describedBy}
                  .value=${Object.entries(stored?.fallback?.models ?? {}).map(([from, to]) => `${from} = ${to}`).join('\n')}></textarea>`)}
              ${this.#text('probe_model', '/probe_model', 'Model to check with', stored?.probe_model ?? '', 'Asked for one token where there is no list of models, which costs money; empty for never')}
            </div>
          </details>
          ${formProblem(this.problem, [...SHOWN, ...this.#priceErrors().map(({ pointer }) => pointer)])}
          <div class="actions">
            <button type="button" class="button" @click=${this.close}>Cancel</button>
            <button class="button button-main" data-test="save-provider" ?disabled=${this.busy}>${this.busy ? 'Saving…' : 'Save'}</button>
          </div>
        </form>
      </dialog>`;
  }

  #text(name, pointer, label, value, hint) {
    return field({ id: `provider-${name}`, label, hint, error: errorAt(this.problem, pointer) }, ({ id, invalid, describedBy }) => html`
      <input id=${id} name=${name} autocomplete="off" spellcheck="false" value=${value} aria-invalid=${invalid} aria-describedby=${describedBy}>`);
  }

  #prices() {
    return html`
      <fieldset class="provider-prices">
        <legend>Prices of a million tokens, in USD. A name that ends in * stands for all that begin so. What the provider has in a
          cache of its own costs as much as the rest where nothing is said.</legend>
        ${this.rows.length === 0 ? nothing : html`<div class="provider-price provider-price-head" aria-hidden="true">
          <span>Model</span>${PARTS.map(([, label]) => html`<span>${label}</span>`)}</div>`}
        ${repeat(this.rows, ({ key }) => key, ({ key, model, price }) => html`
          <div class="provider-price" role="group" aria-label="Price" data-test="price">
            <input name="model" aria-label="Model" placeholder="gpt-4o*" autocomplete="off" spellcheck="false" value=${model}>
            ${PARTS.map(([member, label, optional]) => html`<input name=${member} aria-label=${label} placeholder=${optional ? 'as in' : nothing} inputmode="decimal"
              autocomplete="off" value=${price[member] ?? ''}>`)}
            <button type="button" class="icon-button" aria-label="Remove this price"
                    @click=${() => { this.rows = this.rows.filter((row) => row.key !== key); }}>${icon('cross')}</button>
          </div>`)}
        ${this.#priceErrors().map(({ pointer, detail }) => html`<p class="field-error" role="alert" data-test="price-error">
          <bdi>${place(pointer)}</bdi> ${detail}</p>`)}
        <button type="button" class="button button-small" data-test="add-price" @click=${this.#addPrice}>${icon('plus')} Add a price</button>
      </fieldset>`;
  }

  #priceErrors() {
    return this.problem?.errors.filter(({ pointer }) => pointer.startsWith(PRICES)) ?? [];
  }

  async #addPrice() {
    this.rows = [...this.rows, { key: this.#next++, model: '', price: {} }];
    await this.updateComplete;
    this.querySelector('.provider-price:last-of-type input').focus();
  }

  #body(typed) {
    const text = (name) => typed.get(name)?.trim() || null;
    const number = (name) => (text(name) === null ? null : Number.isFinite(Number(text(name))) ? Number(text(name)) : text(name));
    const models = typed.getAll('model').map((model) => model.trim());
    const removed = Object.keys(this.provider?.prices ?? {}).filter((model) => !models.includes(model));
    return {
      ...(this.provider ? {} : { name: text('name') }),
      kind: text('kind'),
      base_url: text('base_url'),
      ...(text('secret') !== null ? { secret: text('secret') } : typed.has('forget') ? { secret: null } : {}),
      allow_private: typed.has('allow_private'),
      timeout_ms: number('timeout_ms'),
      auth_header: text('auth_header'),
      health_path: text('health_path'),
      fallback: text('fallback') === null ? null : { provider: text('fallback'), models: this.#models(text('models') ?? '') },
      probe_model: text('probe_model'),
      limits: { requests_per_minute: number('requests_per_minute'), concurrent_requests: number('concurrent_requests') },
      prices: Object.fromEntries([
        ...removed.map((model) => [model, null]),
        ...models.map((model, i) => [model, Object.fromEntries(PARTS.map(([member, , optional]) => {
          const price = typed.getAll(member)[i].trim();
          return [member, optional && price === '' ? null : price];
        }))]),
      ]),
    };
  }

  /** As a merge patch: names that are gone are null. */
  #models(lines) {
    const gone = Object.keys(this.provider?.fallback?.models ?? {}).map((from) => [from, null]);
    const there = lines.split('\n').filter((line) => line.trim() !== '').map((line) => {
      const [from, ...to] = line.split('=');
      return [from.trim(), to.join('=').trim()];
    });
    return Object.fromEntries([...gone, ...there]);
  }

  #submit(event) {
    event.preventDefault();
    const body = this.#body(new FormData(event.target));
    this.attempt(async () => {
      const { name } = this.provider ? await changeProvider(this.provider, body) : await createProvider(body);
      announce(`${name} saved`);
      this.dispatchEvent(new Event('saved'));
      this.close();
    });
  }
}

/** A model and perhaps a member of its price, from a JSON Pointer. */
function place(pointer) {
  const [model, member] = pointer.slice(PRICES.length).split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  const part = PARTS.find(([name]) => name === member);
  return `${model}${part ? `, ${part[1].toLowerCase()}` : ''}:`;
}

customElements.define('hone-provider-dialog', ProviderDialog);
