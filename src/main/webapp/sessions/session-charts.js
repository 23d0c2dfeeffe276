import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { HoneElement, foreign } from '../lib/element.js';
import { metric, whole } from '../lib/format.js';
import { setQuery } from '../lib/router.js';
import { byInterest } from './metric-order.js';
import { SeriesStore } from './series.js';
import { combinedOption, seriesLabel, singleOption } from './series-option.js';
import '../lib/chart.js';

/** Shown where nobody chose. */
const AT_FIRST = 6;

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
  /** Options by chart, kept while their data stays the same, so that only charts with news are drawn. */
  #options = new Map();

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#store?.close();
    this.#store = null;
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

  get #axes() {
    return { byTime: this.query.get('x') === 'time', log: this.query.get('scale') === 'log' };
  }

  render() {
    this.#store ??= new SeriesStore(this.session.id, () => this.requestUpdate());
    const keys = this.#keys;
    if (keys.length === 0) {
      return html`<p class="quiet charts-empty">No metrics yet. Charts appear with the first step reported.</p>`;
    }
    const chosen = this.#chosen;
    const combined = this.query.get('view') === 'one' && chosen.length > 1;
    return html`
      ${this.#toolbar(keys, chosen)}
      ${chosen.length === 0 ? html`<p class="quiet charts-empty">No metric is selected.</p>` : nothing}
      ${combined ? this.#combined(chosen) : html`
        <div class="chart-grid ${chosen.length === 1 ? 'is-single' : ''}">
          ${repeat(chosen, (key) => key, (key) => this.#single(key))}
        </div>`}`;
  }

  #toolbar(keys, chosen) {
    const { byTime, log } = this.#axes;
    const one = this.query.get('view') === 'one';
    return html`
      <div class="chart-tools">
        <div class="chips" role="group" aria-label="Metrics shown">
          ${keys.map((key) => html`
            <button type="button" class="chip" data-test="metric-chip" aria-pressed=${chosen.includes(key)}
                    @click=${() => this.#toggle(key, chosen)}>${foreign(key, 40)}</button>`)}
        </div>
        <div class="actions">
          ${either('Horizontal axis', 'x', ['Steps', null], ['Time', 'time'], byTime)}
          ${either('Scale', 'scale', ['Linear', null], ['Log', 'log'], log)}
          ${either('Charts', 'view', ['Separate', null], ['Together', 'one'], one)}
          <div class="segments" role="group" aria-label="Zoom" title="Or drag across a chart; double-click resets">
            <button type="button" aria-label="Zoom in" @click=${() => this.#zoom(0.25)}>+</button>
            <button type="button" aria-label="Zoom out" @click=${() => this.#zoom(-0.5)}>−</button>
            <button type="button" data-test="zoom-reset" @click=${() => this.#chart?.zoom(0, 100)}>Reset zoom</button>
          </div>
        </div>
      </div>`;
  }

  #single(key) {
    const series = this.#store.of(key);
    const { last, min, max } = this.session.metrics[key];
    return html`
      <figure class="chart-card" data-test="chart" data-metric=${key}>
        <figcaption>
          <h3>${foreign(key, 60)}</h3>
          <span class="chart-last" data-test="metric-last" title=${String(last)}>${metric(key, last)}</span>
        </figcaption>
        ${series.problem ? this.#problem(key, series) : html`
          <hone-chart .group=${`session-${this.session.id}`} .label=${seriesLabel(key, series)}
                      .option=${this.#option(key, [[key, series]], (axes) => singleOption(key, series, axes))}></hone-chart>`}
        ${notes(series, `${metric(key, min)} to ${metric(key, max)}`, this.#axes.log)}
      </figure>`;
  }

  #combined(chosen) {
    const all = chosen.map((key) => [key, this.#store.of(key)]);
    return html`
      <figure class="chart-card is-combined" data-test="chart">
        <hone-chart .label=${all.map(([key, series]) => seriesLabel(key, series)).join('. ')}
                    .option=${this.#option('', all, (axes) => combinedOption(all, axes))}></hone-chart>
        <figcaption class="quiet">Each metric has a scale of its own; the axes belong to the first two.</figcaption>
      </figure>`;
  }

  #option(name, all, make) {
    const axes = this.#axes;
    const state = JSON.stringify([axes, all.map(([key, { points, total }]) => [key, points.length, total, points.at(-1)])]);
    const kept = this.#options.get(name);
    if (kept?.state === state) {
      return kept.option;
    }
    const option = make(axes);
    this.#options.set(name, { state, option });
    return option;
  }

  #problem(key, { problem }) {
    return html`<div class="chart-problem" role="alert"><p>${problem.title}. ${problem.detail}</p>
      <button type="button" class="button button-small" @click=${() => this.#store.retry(key)}>Retry</button></div>`;
  }

  get #chart() {
    return this.querySelector('hone-chart');
  }

  /** @param {number} part of the shown range to take away on both sides, or to add */
  #zoom(part) {
    const { start, end } = this.#chart?.zoomed ?? { start: 0, end: 100 };
    const by = (end - start) * part;
    this.#chart?.zoom(Math.max(0, start + by), Math.min(100, end - by));
  }

  #toggle(key, chosen) {
    const next = chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key];
    // None at all in the address means "the usual ones", so an empty choice is spelt out.
    setQuery({ metric: next.length > 0 ? next : ['none'] }, { replace: true });
  }
}

/**
 * One of two, kept in the address bar.
 *
 * @param {string} label
 * @param {string} name the parameter
 * @param {[string, string|null]} usual words and value
 * @param {[string, string|null]} other
 * @param {boolean} isOther whether the other one is chosen
 */
function either(label, name, usual, other, isOther) {
  const choice = ([words, value], pressed) => html`
    <button type="button" aria-pressed=${pressed}
            @click=${() => setQuery({ [name]: value }, { replace: true })}>${words}</button>`;
  return html`
    <div class="segments" role="group" aria-label=${label}>${choice(usual, !isOther)}${choice(other, isOther)}</div>`;
}

function notes({ notFinite, downsampled, total, points }, span, log) {
  const hidden = log ? points.filter(([, , value]) => value !== null && value <= 0).length : 0;
  const said = [
    span,
    notFinite > 0 ? `${whole(notFinite)} not finite` : '',
    hidden > 0 ? `${whole(hidden)} not above zero, so not on a log scale` : '',
    downsampled ? `${whole(points.length)} of ${whole(total)} points drawn` : '',
  ].filter(Boolean);
  return html`<p class="chart-note quiet">${said.join(' · ')}</p>`;
}

customElements.define('hone-session-charts', SessionCharts);
