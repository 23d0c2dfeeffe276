import { html, nothing } from 'lit';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { formProblem } from '../lib/field.js';
import { bytes } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { download, save } from '../lib/transfer.js';
import { column, columnsShown } from './columns.js';
import { whole } from './filters.js';
import { byInterest } from './metric-order.js';
import '../lib/popup.js';

/** More would not fit into an address. */
const MOST_KEYS = 60;

/**
 * Saves what the filters match as a file: the columns shown as CSV, or everything as NDJSON.
 *
 * @property {import('./filters.js').Filters} filters
 * @property {string[]} columns
 * @property {string} sort
 * @property {() => Iterable<import('./sessions-api.js').Session>} sessions those at hand
 */
class ExportMenu extends HoneElement {
  static properties = {
    filters: { attribute: false },
    columns: { attribute: false },
    sort: { attribute: false },
    sessions: { attribute: false },
    withChildren: { state: true },
    received: { state: true },
    problem: { state: true },
    saved: { state: true },
  };

  #abort = new AbortController();

  constructor() {
    super();
    this.filters = {};
    this.columns = [];
    this.sort = '';
    this.sessions = () => [];
    this.withChildren = false;
    /** Bytes so far; null while nothing is downloaded. @type {number|null} */
    this.received = null;
    /** @type {Problem|null} */
    this.problem = null;
    this.saved = '';
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#abort.abort();
  }

  render() {
    return html`<hone-popup .label=${this.received === null ? 'Export' : `Export: ${bytes(this.received)}`} picture="download" test="export"
      @opened=${() => { if (this.received === null) { Object.assign(this, { problem: null, saved: '' }); } }}
      .content=${() => this.#content()}></hone-popup>`;
  }

  #content() {
    if (this.received !== null) {
      return html`
        <p role="status" data-test="export-progress">${bytes(this.received)} received…</p>
        <button type="button" class="button button-small" data-test="export-cancel" @click=${() => this.#abort.abort()}>Cancel</button>`;
    }
    const left = this.#csvColumns().filter((key) => !fits(key));
    return html`
      <p class="quiet">All sessions the filters match, loaded here or not.</p>
      ${this.filters.parent ? nothing : html`<label class="check"><input type="checkbox" data-test="export-children" .checked=${this.withChildren}
        @change=${(event) => { this.withChildren = event.target.checked; }}> Child sessions too</label>`}
      <ul class="menu-items">
        <li><button type="button" class="menu-item" data-test="export-csv" autofocus @click=${() => this.#run('csv')}>CSV
          <span class="quiet">the columns shown</span></button></li>
        <li><button type="button" class="menu-item" data-test="export-ndjson" @click=${() => this.#run('ndjson')}>NDJSON
          <span class="quiet">everything, to import elsewhere</span></button></li>
      </ul>
      ${left.length === 0 ? nothing : html`<p class="quiet">Not in the CSV, which cannot name them: ${left.map((key, i) => html`${i > 0 ? ', ' : ''}${foreign(column(key).label, 60)}`)}</p>`}
      ${this.saved ? html`<p role="status" data-test="export-saved">${this.saved}</p>` : nothing}
      ${this.problem ? html`<p class="label">${this.problem.title}</p>${formProblem(this.problem)}` : nothing}`;
  }

  async #run(format) {
    this.#abort = new AbortController();
    this.received = 0;
    this.problem = null;
    this.saved = '';
    try {
      const filters = whole(this.withChildren && !this.filters.parent ? { ...this.filters, parent: 'any' } : this.filters);
      // The full form goes by age, parents before their children, as an import wants it.
      const form = format === 'csv' ? { sort: this.sort, columns: this.#csvColumns().filter(fits).join(',') } : {};
      const blob = await download('/sessions/export', { query: { format, ...filters, ...form }, signal: this.#abort.signal, received: (count) => { this.received = count; } });
      save(blob, `sessions-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${format}`);
      this.saved = `Saved ${bytes(blob.size)}.`;
      announce(this.saved);
    } catch (error) {
      if (!this.#abort.signal.aborted) {
        this.problem = Problem.of(error);
      }
    }
    this.received = null;
  }

  /** What a list shows of all metrics or tags in one place is a column each in a file. */
  #csvColumns() {
    const at = (member) => [...new Set([...this.sessions()].flatMap((session) => Object.keys(session[member])))];
    const keys = columnsShown(this.columns, this.sort).flatMap(({ key }) => {
      if (key === 'metrics') {
        return byInterest(at('metrics')).slice(0, MOST_KEYS).map((metric) => `metric:${metric}`);
      }
      return key === 'tags' ? at('tags').sort().slice(0, MOST_KEYS).map((tag) => `tag:${tag}`) : [key];
    });
    return [...new Set(['id', 'name', ...keys])];
  }
}

/** The API separates columns by commas, and has no column for what only the bin has. */
function fits(key) {
  return !key.includes(',') && key !== 'deleted_at';
}

customElements.define('hone-export-menu', ExportMenu);
