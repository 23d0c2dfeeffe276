import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { Page, announce, foreign } from '../lib/element.js';
import { whole } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { setQuery, withQuery } from '../lib/router.js';
import { emptyPanel, keyHint, skeletonBlock } from '../lib/states.js';
import { MOST, compareSessions } from './compare-api.js';
import { comparisonCsv } from './compare-csv.js';
import { linesOf } from './compare-rows.js';
import { swatch } from './swatch.js';
import './compare-lines.js';
import './compare-parallel.js';
import './compare-scatter.js';
import './compare-table.js';
import './session-picker.js';

const VIEWS = { table: 'Table', lines: 'Lines', scatter: 'Scatter', parallel: 'Parallel coordinates' };
const FEWEST = 2;
/** Changes come in bursts, and one reading covers them all. */
const SETTLE_MS = 2000;

/** Sessions side by side: what differs, how they went, which of them are best. All of it stands in the address. */
class ComparePage extends Page {
  static properties = { search: { state: true } };

  #comparison = new Loader(this, (signal) => compareSessions(this.#ids, signal));
  #live = new LiveTopics(this, () => ['sessions'], (event) => this.#receive(event));
  #settle = 0;
  #asked = '';

  constructor() {
    super();
    this.search = '';
  }

  get heading() {
    return 'Compare';
  }

  get #ids() {
    return [...new Set((this.query.get('ids') ?? '').split(',').map((id) => id.trim()).filter(Boolean))];
  }

  async firstUpdated() {
    await this.#live.ready;
    this.#load();
  }

  willUpdate(changed) {
    if (changed.has('query') && this.hasUpdated) {
      this.#load();
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#settle);
  }

  /** Reads the sessions of the address, unless only how they are shown has changed. */
  #load() {
    const asked = this.#ids.join();
    if (asked !== this.#asked) {
      this.#asked = asked;
      if (this.#ids.length >= FEWEST) {
        this.#comparison.run();
      }
    }
  }

  #receive({ event, data }) {
    const lines = this.querySelector('hone-compare-lines');
    if (event === 'resync') {
      this.#comparison.refresh();
      lines?.reload();
    } else if (this.#ids.includes(data.id)) {
      if (event === 'session.metrics') {
        lines?.grown(data.id);
      }
      this.#settle ||= setTimeout(() => {
        this.#settle = 0;
        this.#comparison.refresh();
      }, SETTLE_MS);
    }
  }

  render() {
    const ids = this.#ids;
    return html`
      <div class="page compare-page">
        <div class="page-head"><h1>Compare</h1>${ids.length >= FEWEST ? this.#views() : nothing}</div>
        <div class="compare-sessions">
          <hone-session-picker .taken=${ids} ?full=${ids.length >= MOST} @add=${({ detail }) => this.#choose([...ids, detail])}></hone-session-picker>
          ${ids.length === 0 ? nothing : this.#strip(ids)}
        </div>
        ${ids.length < FEWEST ? howTo(ids.length)
          : this.#unknown(ids) ?? this.#comparison.render((value) => this.#content(value), skeletonBlock('skeleton-charts'))}
      </div>`;
  }

  get #view() {
    const view = this.query.get('view') ?? '';
    return Object.hasOwn(VIEWS, view) ? view : 'table';
  }

  #views() {
    return html`
      <nav class="segments" aria-label="Ways to compare">${Object.entries(VIEWS).map(([view, name]) => html`
        <a href=${withQuery({ view: view === 'table' ? null : view })} data-test="view-${view}"
           aria-current=${view === this.#view ? 'true' : nothing}>${name}</a>`)}</nav>`;
  }

  #strip(ids) {
    const known = new Map(this.#comparison.value?.sessions.map((session) => [session.id, session]));
    return html`
      <ul class="compared" aria-label="Sessions compared" data-test="compared">${ids.map((id, i) => {
        const name = known.get(id)?.name ?? id;
        return html`
          <li>${swatch(i)}<a href="/sessions/${id}" title=${name}>${foreign(name, 60)}</a>
            <button type="button" class="icon-button" aria-label="Remove ${name.slice(0, 100)}" title="Remove" data-test="remove-session"
                    @click=${() => this.#choose(ids.filter((one) => one !== id))}>${icon('cross')}</button></li>`;
      })}</ul>`;
  }

  /** A session may have been purged since the address was made; the others can still be compared. */
  #unknown(ids) {
    const { problem } = this.#comparison;
    const gone = problem?.status === 404 ? ids.filter((id) => problem.detail.includes(id)) : [];
    return gone.length === 0 ? null : html`
      <section class="state-panel" role="alert" data-test="unknown-sessions">
        <h2>${gone.length === 1 ? 'One session does not exist' : `${whole(gone.length)} sessions do not exist`}</h2>
        <p>${gone.map((id) => html`<code>${id}</code> `)}</p>
        <p>It may have been purged, or the address has a typo.</p>
        <p class="actions"><button type="button" class="button" data-test="go-on-without"
          @click=${() => this.#choose(ids.filter((id) => !gone.includes(id)))}>Go on without</button></p>
      </section>`;
  }

  #content(comparison) {
    switch (this.#view) {
      case 'lines':
        return html`<section class="panel" aria-label="Lines"><hone-compare-lines .sessions=${comparison.sessions} .query=${this.query}></hone-compare-lines></section>`;
      case 'scatter':
        return html`<section class="panel" aria-label="Scatter"><hone-compare-scatter .comparison=${comparison} .query=${this.query}></hone-compare-scatter></section>`;
      case 'parallel':
        // What was selected of the axes belongs to these sessions.
        return html`<section class="panel" aria-label="Parallel coordinates">${keyed(comparison.sessions.map(({ id }) => id).join(), html`
          <hone-compare-parallel .comparison=${comparison} .query=${this.query}></hone-compare-parallel>`)}</section>`;
      default:
        return this.#table(comparison);
    }
  }

  #table(comparison) {
    const { sessions } = comparison;
    const only = this.query.get('only') === '1';
    const baseline = sessions.findIndex(({ id }) => id === this.query.get('baseline'));
    const lines = linesOf(comparison, { only, search: this.search });
    return html`
      <section class="panel" aria-label="Table">
        <div class="actions compare-tools">
          <label class="inline-field"><span class="label">Baseline</span>
            <select data-test="baseline" @change=${({ target }) => setQuery({ baseline: target.value }, { replace: true })}>
              <option value="" .selected=${baseline < 0}>None</option>
              ${sessions.map(({ id, name }, i) => html`<option value=${id} .selected=${i === baseline}>${name.slice(0, 80)}</option>`)}</select></label>
          <label class="check"><input type="checkbox" data-test="only-differences" .checked=${only}
            @change=${({ target }) => setQuery({ only: target.checked ? '1' : null }, { replace: true })}> Differences only</label>
          <label class="inline-field"><span class="label">Find</span>
            <input type="search" placeholder="param, metric or tag" maxlength="100" autocomplete="off" data-test="find-line"
                   .value=${this.search} @input=${({ target }) => { this.search = target.value; }}></label>
          <button type="button" class="button button-small compare-csv" data-test="csv" @click=${() => save(sessions, lines)}>Save as CSV</button>
        </div>
        ${lines.length === 0 ? html`<p class="quiet charts-empty">${this.search ? 'No name matches.' : 'These sessions differ in nothing.'}</p>`
          : html`<hone-compare-table .sessions=${sessions} .lines=${lines} .baseline=${baseline}></hone-compare-table>`}
      </section>`;
  }

  #choose(ids) {
    setQuery({ ids: ids.join(), ...(ids.includes(this.query.get('baseline')) ? {} : { baseline: null }) });
    announce(`${ids.length} ${ids.length === 1 ? 'session' : 'sessions'}`);
  }
}

/** @param {number} chosen 0 or 1 */
function howTo(chosen) {
  const curl = `curl -H "Authorization: Bearer $HONE_KEY" \\
  "${location.origin}/api/v1/sessions/compare?ids=FIRST_ID,SECOND_ID"`;
  return emptyPanel(chosen === 0 ? 'Nothing to compare yet' : 'One more session to compare with',
    html`Find ${chosen === 0 ? 'two sessions or more' : 'another session'} above, or select them in the <a href="/sessions">list</a>: up to
      ${MOST}. What differs between them comes first, and their metrics lie over each other. The address holds the
      comparison, so it can be sent to others.`,
    html`<p class="label">Or compare with curl</p><hone-code label="curl command" .text=${curl}></hone-code>${keyHint('viewer')}`);
}

/** Saves what the table shows. */
function save(sessions, lines) {
  const url = URL.createObjectURL(new Blob([comparisonCsv(sessions, lines)], { type: 'text/csv;charset=utf-8' }));
  Object.assign(document.createElement('a'), { href: url, download: 'comparison.csv' }).click();
  // Once the download has it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

customElements.define('hone-compare-page', ComparePage);
