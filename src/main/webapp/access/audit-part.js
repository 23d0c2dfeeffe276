import { html, nothing } from 'lit';
import { live as inSync } from 'lit/directives/live.js';
import { auditDetail } from '../lib/audit-detail.js';
import { HoneElement, foreign } from '../lib/element.js';
import { words } from '../lib/format.js';
import { Loader } from '../lib/loading.js';
import { firstPages } from '../lib/pages.js';
import { setQuery, withQuery } from '../lib/router.js';
import { skeletonRows } from '../lib/states.js';
import { listAudit } from './access-api.js';

const TYPING_MS = 300;
const FILTERS = ['actor', 'action', 'subject_type', 'subject', 'after', 'before'];
const NO_FILTERS = Object.fromEntries(FILTERS.map((name) => [name, null]));

/**
 * Every change on this server, newest first. The filters are in the address bar, times there as the API takes them.
 *
 * @property {URLSearchParams} query
 */
class Audit extends HoneElement {
  static properties = { query: { attribute: false } };

  #pages = 1;
  #typing = 0;
  #asked = null;
  #actions = new Set();
  #types = new Set(['session', 'criteria', 'setting', 'account', 'key']);
  #entries = new Loader(this, async (signal) => {
    const found = await firstPages(this.#pages, (cursor) => listAudit({ ...this.#filters, cursor }, signal));
    for (const { action, subject_type: type } of found.items) {
      this.#actions.add(action);
      this.#types.add(type);
    }
    return found;
  });

  get #filters() {
    return Object.fromEntries(FILTERS.map((name) => [name, this.query.get(name)]).filter(([, value]) => value));
  }

  willUpdate(changed) {
    const asked = JSON.stringify(this.#filters);
    if (changed.has('query') && asked !== this.#asked) {
      this.#asked = asked;
      this.#pages = 1;
      this.#entries.run();
    }
  }

  render() {
    const filters = this.#filters;
    return html`
      <section class="panel" aria-labelledby="audit">
        <div class="panel-head">
          <h2 id="audit">Audit</h2>
          <button type="button" class="button button-small" ?disabled=${this.#entries.loading} @click=${() => this.#entries.run()}>Reload</button>
        </div>
        <form class="audit-filters" role="search" aria-label="Filter the audit" @submit=${(event) => event.preventDefault()}>
          ${this.#text('actor', 'Who', filters.actor, [])}
          ${this.#text('action', 'Action', filters.action, [...this.#actions].sort())}
          <label class="field"><span class="label">Kind</span>
            <select data-test="filter-subject_type" @change=${(event) => setQuery({ subject_type: event.target.value })}>
              <option value="" ?selected=${!filters.subject_type}>Any</option>
              ${[...new Set([...this.#types, filters.subject_type].filter(Boolean))].map((type) => html`
                <option value=${type} ?selected=${type === filters.subject_type}>${words(type)}</option>`)}
            </select></label>
          ${this.#text('subject', 'Name or id', filters.subject, [])}
          ${this.#time('after', 'From', filters.after)}
          ${this.#time('before', 'Until', filters.before)}
          ${Object.keys(filters).length > 0 ? html`<button type="button" class="button" data-test="clear-filters"
            @click=${() => setQuery(NO_FILTERS)}>Clear filters</button>` : nothing}
        </form>
        ${this.#entries.render(({ items, more }) => this.#list(items, more, filters), skeletonRows(8))}
      </section>`;
  }

  #text(name, label, value, suggestions) {
    return html`
      <label class="field"><span class="label">${label}</span>
        <input type="search" data-test="filter-${name}" autocomplete="off" spellcheck="false" placeholder="Any" .value=${inSync(value ?? '')}
               list=${suggestions.length > 0 ? `audit-${name}` : nothing}
               @input=${(event) => this.#typed({ [name]: event.target.value.trim() })}></label>
      ${suggestions.length > 0 ? html`<datalist id="audit-${name}">${suggestions.map((one) => html`<option value=${one}></option>`)}</datalist>` : nothing}`;
  }

  #time(name, label, value) {
    return html`
      <label class="field audit-moment"><span class="label">${label}</span>
        <input type="datetime-local" data-test="filter-${name}" .value=${inSync(localInput(value))}
               @change=${(event) => setQuery({ [name]: event.target.value ? new Date(event.target.value).toISOString() : null })}></label>`;
  }

  #typed(changes) {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => setQuery(changes, { replace: true }), TYPING_MS);
  }

  #list(items, more, filters) {
    if (items.length === 0) {
      return html`
        <div class="access-empty" data-test="empty">
          <h3>${Object.keys(filters).length > 0 ? 'Nothing fits these filters' : 'Nothing happened yet'}</h3>
          <p>${Object.keys(filters).length > 0 ? 'Names and actions must be given in full, as the entries show them.'
            : 'Every change of a session, of criteria, settings, accounts and keys is listed here, with who did it.'}</p>
        </div>`;
    }
    return html`
      <ol class="audit" data-test="audit" aria-busy=${this.#entries.loading}>${items.map(entry)}</ol>
      ${more ? html`<button type="button" class="button button-small" data-test="more" ?disabled=${this.#entries.loading}
        @click=${this.#more}>${this.#entries.loading ? 'Loading…' : 'Load more'}</button>` : nothing}`;
  }

  #more() {
    this.#pages++;
    this.#entries.run();
  }
}

function entry({ at, actor, action, subject_type: type, subject, detail, request_id: request }) {
  // Accounts and keys go by names; their ids tell one from a later one of the same name.
  const named = { account: 'username', key: 'name' }[type];
  const { [named]: name = subject, ...rest } = detail ?? {};
  return html`
    <li data-test="audit-entry">
      <hone-time .at=${at}></hone-time>
      <span class="audit-actor">${foreign(actor, 60)}</span>
      <span class="audit-action" title=${request ? `Request ${request}` : nothing}>${action}</span>
      <span class="audit-detail">${subjectLink(type, subject, name)} <span class="quiet">${auditDetail(rest)}</span></span>
    </li>`;
}

/** To its page, or to everything that was done to it. */
function subjectLink(type, subject, name) {
  const page = { session: 'sessions', criteria: 'criteria' }[type];
  const address = page ? `/${page}/${encodeURIComponent(subject)}` : withQuery({ subject_type: type, subject });
  return html`<a href=${address} title=${name === subject ? nothing : subject}>${foreign(name, 80)}</a>`;
}

/** The form in which a field of the browser takes a moment: local, to the minute. */
function localInput(value) {
  const at = new Date(value ?? NaN);
  if (Number.isNaN(at.getTime())) {
    return '';
  }
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

customElements.define('hone-audit', Audit);
