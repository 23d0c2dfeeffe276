import { html, nothing } from 'lit';
import { Page } from '../lib/element.js';
import { figures } from '../lib/figures.js';
import { bytes, duration, localTime, percent, whole } from '../lib/format.js';
import { Loader } from '../lib/loading.js';
import { skeletonBlock } from '../lib/states.js';
import { readDatabaseStats, readLiveStats, readProfiles } from './performance-api.js';
import '../lib/sorted-table.js';

const EVERY_MS = 5000;

const REQUEST_COLUMNS = [
  { key: 'template', label: 'Endpoint', text: true, format: (template, { method }) => html`<code>${method} ${template}</code>` },
  { key: 'count', label: 'Requests', format: whole },
  { key: 'error_rate', label: 'Errors', format: percent },
  { key: 'slow_rate', label: 'Slow', format: percent },
  { key: 'avg_ms', label: 'Average', format: duration },
  { key: 'p50_ms', label: 'p50', format: duration },
  { key: 'p95_ms', label: 'p95', format: duration },
  { key: 'p99_ms', label: 'p99', format: duration },
];
const STATEMENT_COLUMNS = [
  { key: 'name', label: 'Statement', text: true, format: (name) => html`<code>${name}</code>` },
  { key: 'count', label: 'Runs', format: whole },
  { key: 'rows', label: 'Rows', format: whole },
  { key: 'avg_ms', label: 'Average', format: duration },
  { key: 'p95_ms', label: 'p95', format: duration },
  { key: 'max_ms', label: 'Longest', format: duration },
  { key: 'slow', label: 'Slow', format: whole },
];

/** How the server itself does. The one page that asks again and again, and only while somebody looks. */
class PerformancePage extends Page {
  #requests = new Loader(this, readProfiles);
  #database = new Loader(this, readDatabaseStats);
  #connections = new Loader(this, readLiveStats);
  #timer = 0;
  #updatedAt = null;
  #onVisible = () => {
    if (!document.hidden) {
      this.#refresh();
    }
  };

  get heading() {
    return 'Performance';
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#onVisible);
    this.#timer = setInterval(this.#onVisible, EVERY_MS);
    this.#refresh();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#onVisible);
    clearInterval(this.#timer);
  }

  async #refresh() {
    await Promise.all([this.#requests, this.#database, this.#connections].map((loader) => loader.run()));
    if (!this.#requests.problem) {
      this.#updatedAt = Date.now();
      this.requestUpdate();
    }
  }

  render() {
    return html`
      <div class="page stack">
        <div class="page-head">
          <h1>Performance</h1>
          <p class="quiet">${this.#updatedAt ? `As of ${localTime(this.#updatedAt)}, every ${EVERY_MS / 1000} s` : nothing}</p>
        </div>
        <section class="panel" aria-labelledby="requests" data-test="requests">
          <div class="panel-head"><h2 id="requests">Requests</h2></div>
          ${this.#requests.render(requestsPart, skeletonBlock('skeleton-charts'))}
        </section>
        <section class="panel" aria-labelledby="database" data-test="database">
          <div class="panel-head"><h2 id="database">Database</h2></div>
          ${this.#database.render(databasePart, skeletonBlock('skeleton-charts'))}
        </section>
        <section class="panel" aria-labelledby="connections" data-test="connections">
          <div class="panel-head"><h2 id="connections">Live connections</h2></div>
          ${this.#connections.render(connectionsPart, skeletonBlock('skeleton-verdict'))}
        </section>
      </div>`;
  }
}

function requestsPart({ items, totals }) {
  return html`
    ${figures([
      ['Requests', whole(totals.count)],
      ['Errors', percent(totals.error_rate), `${whole(totals.errors)} of them`],
      ['Slow', percent(totals.slow_rate), `${whole(totals.slow)} of them`],
      ['Average', duration(totals.avg_ms)],
      ['Median', duration(totals.p50_ms)],
      ['95% under', duration(totals.p95_ms)],
      ['99% under', duration(totals.p99_ms)],
    ])}
    ${items.length === 0 ? html`<p class="quiet">No requests yet</p>` : html`
      <hone-sorted-table label="Requests by endpoint" by="count" .columns=${REQUEST_COLUMNS} .rows=${items}></hone-sorted-table>`}`;
}

function databasePart({ database, pool, writer, statements }) {
  return html`
    ${figures([
      ['Kind', { sqlite: 'SQLite', postgresql: 'PostgreSQL' }[database] ?? database],
      ['Connections', `${whole(pool.active)} of ${whole(pool.max)}`, `${whole(pool.idle)} idle, ${whole(pool.pending)} waiting`],
      ['Commits', whole(writer.commits), `${whole(writer.queued)} writes queued`],
      ['Writes per commit', writer.writes_per_commit === null ? '–' : writer.writes_per_commit.toFixed(1), `${whole(writer.writes)} writes`],
    ])}
    ${statements.length === 0 ? html`<p class="quiet">No statements yet</p>` : html`
      <hone-sorted-table label="SQL statements" by="count" .columns=${STATEMENT_COLUMNS} .rows=${statements}></hone-sorted-table>`}`;
}

function connectionsPart(stats) {
  const closed = Object.entries(stats.closed);
  const topics = Object.entries(stats.subscriptions);
  return html`
    ${figures([
      ['Open now', whole(stats.active), `${whole(stats.opened)} since the start`],
      ['Received', whole(stats.messages_in), bytes(stats.bytes_in)],
      ['Sent', whole(stats.messages_out), bytes(stats.bytes_out)],
      ['Send failures', whole(stats.send_failures)],
      ['Told to reload', whole(stats.resyncs)],
    ])}
    <div class="counts">
      ${counts('Subscriptions', topics)}
      ${counts('Closed, by code', closed)}
    </div>`;
}

function counts(title, entries) {
  return html`
    <div><h3>${title}</h3>
      ${entries.length === 0 ? html`<p class="quiet">None</p>` : html`
        <dl class="facts">${entries.map(([name, count]) => html`<div><dt>${name}</dt><dd>${whole(count)}</dd></div>`)}</dl>`}
    </div>`;
}

customElements.define('hone-performance-page', PerformancePage);
