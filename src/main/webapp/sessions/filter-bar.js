import { html, nothing } from 'lit';
import { live as inSync } from 'lit/directives/live.js';
import { TECHNIQUES } from '../criteria/criteria-api.js';
import { foreign } from '../lib/element.js';
import { localTime, words } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { setQuery } from '../lib/router.js';
import { SORTS, narrowing, noFilters } from './filters.js';
import { STATUSES, VERDICTS } from './sessions-api.js';
import { statusBadge } from './badges.js';

const TYPING_MS = 250;
let typing = 0;

/**
 * The filters of the list. Every choice goes to the address bar; the page follows the address.
 *
 * @param {object} view
 * @param {import('./filters.js').Filters} view.filters
 * @param {string} view.sort
 * @param {string[]} view.projects
 * @param {string[]} view.models those seen so far, as suggestions
 * @param {string[]} view.failures categories seen so far, as suggestions
 * @param {boolean} view.open whether the rarer filters show on a phone
 * @param {() => void} view.toggle
 */
export function filterBar({ filters, sort, projects, models, failures, open, toggle }) {
  const active = narrowing(filters).length;
  return html`
    <form class="filters" role="search" aria-label="Filter sessions" @submit=${(event) => event.preventDefault()}>
      <div class="filters-main">
        <label class="search">
          <span class="visually-hidden">Search name, model and notes</span>
          ${icon('search')}
          <input type="search" id="session-search" placeholder="Search name, model, notes" maxlength="200" autocomplete="off"
                 aria-keyshortcuts="/" .value=${inSync(filters.q ?? '')} @input=${(event) => typed('q', event)}>
          <kbd aria-hidden="true">/</kbd>
        </label>
        <div class="chips" role="group" aria-label="Status">
          ${STATUSES.map((status) => statusChip(status, filters.status ?? []))}
        </div>
        <button type="button" class="button button-small filters-more" aria-expanded=${open} @click=${toggle}>
          ${open ? 'Fewer filters' : 'More filters'}
        </button>
        ${active > 0 ? html`<button type="button" class="button button-small" data-test="clear-filters"
          @click=${() => setQuery(noFilters(filters))}>Clear filters</button>` : nothing}
      </div>
      <div class="filters-rest ${open ? 'is-open' : ''}">
        ${select('project', 'Project', [...new Set([...projects, ...[filters.project ?? []].flat()])].map((name) => [name, name]), filters.project)}
        ${text('model', 'Model', filters.model, 'any', models)}
        ${select('technique', 'Technique', TECHNIQUES.map((name) => [name, words(name)]), filters.technique)}
        ${select('verdict', 'Verdict', [...VERDICTS, 'none'].map((name) => [name, words(name)]), filters.verdict)}
        ${text('tag', 'Tag', (filters.tag ?? []).join(' '), 'key:value')}
        ${text('owner', 'Owner', filters.owner, 'any')}
        ${text('criteria', 'Criteria', filters.criteria, 'any')}
        ${text('error_category', 'Failure', filters.error_category, 'any', failures)}
        ${sortSelect(sort)}
      </div>
      ${linkedFilters(filters)}
    </form>`;
}

/** What links brought here and is easily overlooked among the fields, or has none, and can be taken away. */
function linkedFilters({ error_category: category, parent, created_after: after, created_before: before }) {
  const time = (at) => (Number.isNaN(Date.parse(at)) ? foreign(at, 40) : localTime(at));
  const chips = [
    ['error_category', category && html`Failed: ${foreign(words(category), 40)}`],
    ['parent', parent === 'any' ? 'Child sessions too' : undefined],
    ['created_after', after && html`Created since ${time(after)}`],
    ['created_before', before && html`Created before ${time(before)}`],
  ].filter(([, text]) => text !== undefined);
  return chips.length === 0 ? nothing : html`
    <div class="chips filters-linked">${chips.map(([name, text]) => html`
      <button type="button" class="chip" data-test="filter-${name}" title="Take this filter away" @click=${() => setQuery({ [name]: null })}>
        ${text} ${icon('cross')}<span class="visually-hidden">, take this filter away</span></button>`)}
    </div>`;
}

function statusChip(status, chosen) {
  const pressed = chosen.includes(status);
  const next = pressed ? chosen.filter((one) => one !== status) : [...chosen, status];
  return html`<button type="button" class="chip status-chip" aria-pressed=${pressed} data-test="filter-${status}"
    @click=${() => setQuery({ status: next })}>${statusBadge(status)}</button>`;
}

function select(name, label, options, value) {
  return html`
    <label class="field"><span class="label">${label}</span>
      <select name=${name} .value=${inSync(value ?? '')} @change=${(event) => setQuery({ [name]: event.target.value })}>
        <option value="" ?selected=${!value}>Any</option>
        ${options.map(([option, text]) => html`<option value=${option} ?selected=${option === value}>${text}</option>`)}
      </select>
    </label>`;
}

function text(name, label, value, placeholder, suggestions) {
  const list = suggestions ? `suggest-${name}` : nothing;
  return html`
    <label class="field"><span class="label">${label}</span>
      <input name=${name} list=${list} placeholder=${placeholder} autocomplete="off" maxlength="1200"
             .value=${inSync(value ?? '')} @change=${(event) => changed(name, event.target.value)}>
      ${suggestions ? html`<datalist id=${list}>${suggestions.map((one) => html`<option value=${one}>${words(one)}</option>`)}</datalist>` : nothing}
    </label>`;
}

function sortSelect(sort) {
  const own = Object.hasOwn(SORTS, sort) ? [] : [[sort, sort.replace(/^(-?)metric:(.*)$/, (all, minus, key) => `${key} ${minus ? '↓' : '↑'}`)]];
  return html`
    <label class="field"><span class="label">Order</span>
      <select name="sort" .value=${inSync(sort)} @change=${(event) => setQuery({ sort: event.target.value })}>
        ${[...Object.entries(SORTS), ...own].map(([value, label]) => html`
          <option value=${value} ?selected=${value === sort}>${label}</option>`)}
      </select>
    </label>`;
}

/** @param {string} value several tags stand apart by spaces before the next `key:` */
function changed(name, value) {
  const text = value.trim();
  setQuery({ [name]: name === 'tag' ? text.split(/\s+(?=[^\s:]+:)/).filter(Boolean) : text });
}

function typed(name, event) {
  clearTimeout(typing);
  const { value } = event.target;
  typing = setTimeout(() => setQuery({ [name]: value.trim() }, { replace: true }), TYPING_MS);
}
