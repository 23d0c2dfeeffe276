import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { HoneElement, foreign } from '../lib/element.js';
import { metric, whole } from '../lib/format.js';
import { setQuery } from '../lib/router.js';
import { byInterest } from './metric-order.js';
import { choice, readAxes, readRange, smoothingField, zoomButtons } from './chart-tools.js';
import { SeriesStore, drawn } from './series.js';
import { combinedOption, seriesLabel, singleOption } from './series-option.js';
import '../lib/chart.js';

/** Shown where nobody chose. */
const AT_FIRST = 6;
/** A drag across a chart tells every few pixels where it is; the address hears of where it ends. */
const ZOOM_SETTLES_MS = 200;

/**
 * The metrics of a session over its steps. What is chosen stands in the address bar.
 *
 * @property {import('./sessions-api.js').Session} session
 * @property {URLSearchParams} query
 */
class SessionCharts extends HoneElement {
  static properties = {
    session: { attribute: false },
    query: { attribute: false },
  };

  #store = null;
  /** Of the session it is compared with. @type {SeriesStore|null} */
  #baseline = null;
  #zooming = 0;
  /** Options by chart, kept while their data stays the same, so that only charts with news are drawn. */
  #options = new Map();

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#zooming);
    [this.#store, this.#baseline].forEach((store) => store?.close());
    this.#store = null;
    this.#baseline = null;
  }

  /** @param {[number, string, Record<string, number|string>][]} steps that just came */
  append(steps) {
    this.#store?.append(steps);
  }

  reload() {
    this.#store?.reload();
  }

  get #keys() {
    return byInterest(Object.keys(this.session.metrics));
  }

  get #chosen() {
    const asked = this.query.getAll('metric');
    const known = this.#keys;
    return asked.length > 0 ? known.filter((key) => asked.includes(key)) : known.slice(0, AT_FIRST);
  }

  /** @returns {boolean} whether the session has something to be compared with, and that is wanted */
  get #compared() {
    return this.query.get('baseline') !== 'off' && this.session.baseline !== null;
  }

  render() {
    this.#store ??= new SeriesStore(this.session.id, () => this.requestUpdate());
    const keys = this.#keys;
    if (keys.length === 0) {
      return html`<p class="quiet charts-empty">No metrics yet. Charts appear with the first step reported.</p>`;
    }
    const against = this.session.baseline?.session_id;
    if (this.#compared && against) {
      this.#baseline ??= new SeriesStore(against, () => this.requestUpdate());
    }
    const range = readRange(this.query);
    this.#store.zoomTo(range);
    this.#baseline?.zoomTo(range);
    const axes = readAxes(this.query);
    const chosen = this.#chosen;
    const combined = this.query.get('view') === 'one' && chosen.length > 1;
    return html`
      ${this.#toolbar(keys, chosen, axes)}
      ${chosen.length === 0 ? html`<p class="quiet charts-empty">No metric is selected.</p>` : nothing}
      ${combined ? this.#combined(chosen, axes) : html`
        <div class="chart-grid ${chosen.length === 1 ? 'is-single' : ''}">
          ${repeat(chosen, (key) => key, (key) => this.#single(key, axes))}
        </div>`}`;
  }

  #toolbar(keys, chosen, axes) {
    return html`
      <div class="chart-tools">
        <div class="chips" role="group" aria-label="Metrics shown">
          ${keys.map((key) => html`
            <button type="button" class="chip" data-test="metric-chip" aria-pressed=${chosen.includes(key)}
                    @click=${() => this.#toggle(key, chosen)}>${foreign(key, 40)}</button>`)}
        </div>
        <div class="actions">
          ${choice('Horizontal axis', 'x', [['Steps', null], ['Elapsed', 'elapsed'], ['Time', 'time']], this.query)}
          ${choice('Scale', 'scale', [['Linear', null], ['Log', 'log']], this.query)}
          ${choice('Charts', 'view', [['Separate', null], ['Together', 'one']], this.query)}
          ${this.session.baseline === null ? nothing : choice('Baseline', 'baseline', [['With baseline', null], ['Without', 'off']], this.query)}
          ${zoomButtons(readRange(this.query), () => this.#steps())}
          ${smoothingField(axes.smoothing)}
        </div>
      </div>`;
  }

  /** @returns {import('./series-option.js').Line} */
  #line(key, axes) {
    // At the times of another day its line would be elsewhere.
    const baseline = this.#compared && axes.x !== 'time' ? this.#baseline?.of(key) ?? null : null;
    const level = this.#compared && !this.session.baseline.session_id ? this.session.baseline.metrics[key] ?? null : null;
    return { key, series: this.#store.of(key), baseline, level };
  }

  #single(key, axes) {
    const line = this.#line(key, axes);
    const { series } = line;
    const { last, min, max } = this.session.metrics[key];
    return html`
      <figure class="chart-card" data-test="chart" data-metric=${key}>
        <figcaption>
          <h3>${foreign(key, 60)}</h3>
          <span class="chart-last" data-test="metric-last" title=${String(last)}>${metric(key, last)}</span>
        </figcaption>
        ${series.problem ? this.#problem(key, series) : html`
          <hone-chart .group=${`session-${this.session.id}`} .label=${seriesLabel(key, series) + baselineLabel(line)}
                      .option=${this.#option(key, [line], axes, () => singleOption(line, axes))} .range=${this.#range(series, axes)}
                      @range=${({ detail }) => this.#zoom(detail, series, axes)}></hone-chart>`}
        ${notes(line, `${metric(key, min)} to ${metric(key, max)}`, axes)}
      </figure>`;
  }

  #combined(chosen, axes) {
    const all = chosen.map((key) => this.#line(key, axes));
    const [{ series }] = all;
    return html`
      <figure class="chart-card is-combined" data-test="chart">
        <hone-chart .label=${all.map((line) => seriesLabel(line.key, line.series) + baselineLabel(line)).join('. ')}
                    .option=${this.#option('', all, axes, () => combinedOption(all, axes))} .range=${this.#range(series, axes)}
                    @range=${({ detail }) => this.#zoom(detail, series, axes)}></hone-chart>
        <figcaption class="quiet">Each metric has a scale of its own; the axes belong to the first two.</figcaption>
      </figure>`;
  }

  #option(name, all, axes, make) {
    const news = (series) => series && [series.points.length, series.total, series.points.at(-1), series.detail?.from, series.detail?.to, series.detail?.points.length];
    const state = JSON.stringify([axes, all.map(({ key, series, baseline, level }) => [key, news(series), news(baseline), level])]);
    const kept = this.#options.get(name);
    if (kept?.state === state) {
      return kept.option;
    }
    const option = make();
    this.#options.set(name, { state, option });
    return option;
  }

  #problem(key, { problem }) {
    return html`<div class="chart-problem" role="alert"><p>${problem.title}. ${problem.detail}</p>
      <button type="button" class="button button-small" @click=${() => this.#store.retry(key)}>Retry</button></div>`;
  }

  /** @returns {{from: number, to: number}} all steps there are */
  #steps() {
    const series = this.#chosen.map((key) => this.#store.of(key).points).filter((points) => points.length > 0);
    return {
      from: Math.min(...series.map((points) => points[0][0])),
      to: Math.max(...series.map((points) => points.at(-1)[0])),
    };
  }

  /** The steps of the address as places on the axis. */
  #range(series, { x }) {
    const range = readRange(this.query);
    const points = drawn(series);
    if (range === null || x === 'step' || points.length === 0) {
      return range;
    }
    const within = points.filter(([step]) => step >= range.from && step <= range.to);
    const origin = x === 'elapsed' ? points[0][1] : 0;
    return within.length === 0 ? null : { from: within[0][1] - origin, to: within.at(-1)[1] - origin };
  }

  /** Keeps in the address, as steps, what part of the axis somebody selected. */
  #zoom(range, series, { x }) {
    clearTimeout(this.#zooming);
    this.#zooming = setTimeout(() => {
      const points = drawn(series);
      const origin = x === 'elapsed' ? points[0]?.[1] ?? 0 : 0;
      const within = range === null ? [] : points.filter(([, at]) => at - origin >= range.from && at - origin <= range.to);
      const steps = range === null || x === 'step' ? range : within.length === 0 ? null : { from: within[0][0], to: within.at(-1)[0] };
      setQuery({
        from: steps === null ? null : String(Math.max(0, Math.floor(steps.from))),
        to: steps === null ? null : String(Math.ceil(steps.to)),
      }, { replace: true });
    }, ZOOM_SETTLES_MS);
  }

  #toggle(key, chosen) {
    const next = chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key];
    // None at all in the address means "the usual ones", so an empty choice is spelt out.
    setQuery({ metric: next.length > 0 ? next : ['none'] }, { replace: true });
  }
}

function notes({ series, baseline }, span, { log, smoothing }) {
  const { notFinite, downsampled, total, points, detail } = series;
  const hidden = log ? points.filter(([, , value]) => value !== null && value <= 0).length : 0;
  const said = [
    span,
    notFinite > 0 ? `${whole(notFinite)} not finite` : '',
    hidden > 0 ? `${whole(hidden)} not above zero, so not on a log scale` : '',
    detail ? `${whole(detail.points.length)} points drawn in this range`
      : downsampled ? `${whole(points.length)} of ${whole(total)} points drawn` : '',
    smoothing > 0 ? `smoothed by ${smoothing}` : '',
    baseline && !baseline.loading && baseline.points.length === 0 ? 'the baseline has none' : '',
  ].filter(Boolean);
  return html`<p class="chart-note quiet">${said.join(' · ')}</p>`;
}

function baselineLabel({ key, baseline, level }) {
  if (level !== null) {
    return `; baseline ${metric(key, level)}`;
  }
  return baseline && baseline.points.length > 0 ? `; the baseline: ${seriesLabel(key, baseline)}` : '';
}

customElements.define('hone-session-charts', SessionCharts);
