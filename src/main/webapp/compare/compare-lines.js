import { html, nothing } from 'lit';
import { HoneElement, foreign } from '../lib/element.js';
import { metric, whole } from '../lib/format.js';
import { limited } from '../lib/limit.js';
import { setQuery } from '../lib/router.js';
import { choice, readAxes, readRange, smoothingField, zoomButtons } from '../sessions/chart-tools.js';
import { byInterest } from '../sessions/metric-order.js';
import { SeriesStore, drawn } from '../sessions/series.js';
import { frame, places, valueAxis, withSmoothing } from '../sessions/series-option.js';
import { look } from './swatch.js';
import '../lib/chart.js';
import '../lib/sorted-table.js';

/** Points of a line at most, and of all together: many lines on one screen need fewer of each. */
const POINTS = 2000;
const POINTS_OF_ALL = 40_000;
/** While lines are still read, those that are there are drawn so often at most. */
const DRAW_MS = 1000;
const AT_ONCE = 6;
const ZOOM_SETTLES_MS = 200;
/** Lines that grow are read again so often at most. */
const FOLLOW_MS = 3000;
const TOOLTIP_ROWS = 14;

/**
 * One metric of all sessions in one chart.
 *
 * @property {import('../sessions/sessions-api.js').Session[]} sessions
 * @property {URLSearchParams} query
 */
class CompareLines extends HoneElement {
  static properties = {
    sessions: { attribute: false },
    query: { attribute: false },
  };

  /** @type {Map<string, SeriesStore>} */
  #stores = new Map();
  #gate = limited(AT_ONCE);
  #kept = { state: '', option: null, at: -Infinity };
  #zooming = 0;
  #following = 0;
  /** Sessions with steps that are not drawn yet. */
  #grown = new Set();

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#zooming);
    clearTimeout(this.#following);
    this.#stores.forEach((store) => store.close());
    this.#stores.clear();
  }

  /** @param {string} id of a session that has new steps */
  grown(id) {
    this.#grown.add(id);
    this.#following ||= setTimeout(() => {
      this.#following = 0;
      this.#grown.forEach((one) => this.#stores.get(one)?.reload());
      this.#grown.clear();
    }, FOLLOW_MS);
  }

  reload() {
    this.#stores.forEach((store) => store.reload());
  }

  render() {
    const keys = byInterest([...new Set(this.sessions.flatMap(({ metrics }) => Object.keys(metrics)))]);
    if (keys.length === 0) {
      return html`<p class="quiet charts-empty">None of these sessions reported a metric yet. Lines appear with the first step of one.</p>`;
    }
    const key = keys.includes(this.query.get('metric')) ? this.query.get('metric') : keys[0];
    const axes = readAxes(this.query);
    const lines = this.#lines(key);
    const loading = lines.filter(({ series }) => series.loading).length;
    return html`
      <div class="chart-tools">
        <div class="actions">
          <label class="inline-field"><span class="label">Metric</span>
            <select data-test="line-metric" @change=${({ target }) => setQuery({ metric: target.value }, { replace: true })}>
              ${keys.map((one) => html`<option value=${one} .selected=${one === key}>${one.slice(0, 100)}</option>`)}</select></label>
          ${choice('Horizontal axis', 'x', [['Steps', null], ['Elapsed', 'elapsed']], this.query)}
          ${choice('Scale', 'scale', [['Linear', null], ['Log', 'log']], this.query)}
          ${zoomButtons(readRange(this.query), () => allSteps(lines))}
          ${smoothingField(axes.smoothing)}
        </div>
      </div>
      <figure class="chart-card is-combined" data-test="line-chart" aria-busy=${loading > 0}>
        <hone-chart .label=${`${key} of ${lines.length} sessions; the table below has the figures`} .option=${this.#option(key, lines, axes)}
                    .range=${range(this.query, lines, axes)} @range=${({ detail }) => this.#zoom(detail, lines, axes)}></hone-chart>
        <figcaption class="quiet"><span role="status">${loading > 0 ? `Reading ${whole(loading)} of ${whole(lines.length)} lines…` : note(lines, axes)}</span></figcaption>
      </figure>
      ${lines.filter(({ series }) => series.problem).slice(0, 3).map(({ session, series }) => html`
        <div class="notice notice-warning" role="alert"><p>${foreign(session.name, 60)}: ${series.problem.title}. ${series.problem.detail}</p>
          <button type="button" class="button button-small" @click=${() => this.#stores.get(session.id).retry(key)}>Retry</button></div>`)}
      ${figures(key, this.sessions)}`;
  }

  #lines(key) {
    const steps = readRange(this.query);
    for (const id of this.#stores.keys()) {
      if (!this.sessions.some((session) => session.id === id)) {
        this.#stores.get(id).close();
        this.#stores.delete(id);
      }
    }
    return this.sessions.flatMap((session, index) => {
      if (!Object.hasOwn(session.metrics, key)) {
        return [];
      }
      if (!this.#stores.has(session.id)) {
        this.#stores.set(session.id, new SeriesStore(session.id, () => this.requestUpdate(), { points: pointsOf(this.sessions), gate: this.#gate }));
      }
      const store = this.#stores.get(session.id);
      store.zoomTo(steps);
      return [{ session, index, series: store.of(key) }];
    });
  }

  #option(key, lines, axes) {
    const state = JSON.stringify([key, axes, lines.map(({ session, index, series: { points, detail, total } }) => (
      [session.id, index, points.length, total, points.at(-1)?.[2], detail?.from, detail?.points.length]))]);
    const waits = lines.some(({ series }) => series.loading) && performance.now() - this.#kept.at < DRAW_MS;
    if (state !== this.#kept.state && !waits) {
      this.#kept = { state, option: option(key, lines, axes), at: performance.now() };
    }
    return this.#kept.option;
  }

  #zoom(places, lines, { x }) {
    clearTimeout(this.#zooming);
    this.#zooming = setTimeout(() => {
      const steps = places === null || x === 'step' ? places : stepsWithin(places, lines);
      setQuery({
        from: steps === null ? null : String(Math.max(0, Math.floor(steps.from))),
        to: steps === null ? null : String(Math.ceil(steps.to)),
      }, { replace: true });
    }, ZOOM_SETTLES_MS);
  }
}

function option(key, lines, axes) {
  const names = new Map(lines.map(({ session }) => [session.id, session.name.slice(0, 60)]));
  return (colors) => ({
    ...frame(axes, (rows) => tooltipRows(key, rows, names)),
    yAxis: valueAxis(key, axes),
    series: lines.flatMap(({ session, index, series }) => {
      const { token, dash } = look(index);
      return withSmoothing(places(drawn(series), axes), axes, {
        id: session.id, name: session.id, color: colors[token], lineStyle: { type: dash, width: 1.5 },
        emphasis: { focus: 'series' }, blur: { lineStyle: { opacity: 0.2 } },
      });
    }),
  });
}

function tooltipRows(key, rows, names) {
  const shown = rows.filter(({ seriesId, value }) => value[1] !== null && names.has(seriesId));
  const more = shown.length - TOOLTIP_ROWS;
  return [
    ...shown.slice(0, TOOLTIP_ROWS).map(({ seriesId, value }) => `${metric(key, value[1])}  ${names.get(seriesId)}`),
    ...more > 0 ? [`and ${more} more`] : []];
}

/** Of each line at most. */
function pointsOf(sessions) {
  return Math.min(POINTS, Math.round(POINTS_OF_ALL / sessions.length));
}

function allSteps(lines) {
  return span(lines.flatMap(({ series: { points } }) => (points.length === 0 ? [] : [points[0][0], points.at(-1)[0]])))
    ?? { from: 0, to: 0 };
}

/** The steps of the address as places on the axis; elapsed times are those of the line that took longest to get there. */
function range(query, lines, { x }) {
  const steps = readRange(query);
  return steps === null || x === 'step' ? steps
    : span(lines.flatMap(({ series }) => drawn(series).filter(([step]) => step >= steps.from && step <= steps.to)
      .map(([, at]) => at - series.points[0][1])));
}

function stepsWithin({ from, to }, lines) {
  return span(lines.flatMap(({ series }) => drawn(series)
    .filter(([, at]) => at - series.points[0][1] >= from && at - series.points[0][1] <= to).map(([step]) => step)));
}

/** @param {number[]} values maybe a hundred thousand, too many for the arguments of Math.min */
function span(values) {
  let [from, to] = [Infinity, -Infinity];
  for (const value of values) {
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  return from <= to ? { from, to } : null;
}

function note(lines, { log, smoothing }) {
  const thinned = lines.filter(({ series }) => series.downsampled).length;
  const hidden = log ? lines.reduce((sum, { series }) => sum + series.points.filter(([, , value]) => value !== null && value <= 0).length, 0) : 0;
  return [
    `${whole(lines.length)} ${lines.length === 1 ? 'line' : 'lines'}`,
    thinned > 0 ? `${whole(thinned)} thinned to ${whole(Math.max(...lines.map(({ series }) => series.points.length)))} points; zoom in for more` : '',
    hidden > 0 ? `${whole(hidden)} points not above zero, so not on a log scale` : '',
    smoothing > 0 ? `smoothed by ${smoothing}` : '',
  ].filter(Boolean).join(' · ');
}

function figures(key, sessions) {
  const value = (number) => metric(key, number);
  const rows = sessions.filter(({ metrics }) => Object.hasOwn(metrics, key)).map(({ id, name, metrics }) => ({ id, name, ...metrics[key] }));
  return html`
    <hone-sorted-table label="${key.slice(0, 100)} in figures" by="last" .rows=${rows} .columns=${[
      { key: 'name', label: 'Session', text: true, format: (name, { id }) => html`<a href="/sessions/${id}">${foreign(name, 80)}</a>` },
      { key: 'last', label: 'Last', format: value }, { key: 'min', label: 'Lowest', format: value },
      { key: 'max', label: 'Highest', format: value }, { key: 'last_step', label: 'Last step', format: whole },
    ]}></hone-sorted-table>
    ${rows.length < sessions.length ? html`<p class="quiet">${whole(sessions.length - rows.length)} of the sessions did not report it.</p>` : nothing}`;
}

customElements.define('hone-compare-lines', CompareLines);
