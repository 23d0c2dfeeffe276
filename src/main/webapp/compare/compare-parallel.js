import { html, nothing } from 'lit';
import { HoneElement, foreign } from '../lib/element.js';
import { whole } from '../lib/format.js';
import { setQuery } from '../lib/router.js';
import { colorScale } from './compare-scatter.js';
import { dimensionsOf, label, valueText } from './dimensions.js';
import '../lib/chart.js';
import '../lib/sorted-table.js';

/** Axes at first: so many params that differ, and so many metrics. */
const FEWEST_AXES = 3;
const PARAMS_AT_FIRST = 5;
const METRICS_AT_FIRST = 3;
/** Beyond this axes stand too close for what is written at them. */
const MOST_AXES = 16;
/** With more to choose from the choice of axes starts folded. */
const MANY = 24;

/**
 * Each session as a line across axes of its params and metrics. Selecting part of an axis keeps the sessions that cross
 * it there; several selections narrow each other.
 *
 * @property {import('./compare-api.js').Comparison} comparison
 * @property {URLSearchParams} query
 */
class CompareParallel extends HoneElement {
  static properties = {
    comparison: { attribute: false },
    query: { attribute: false },
    /** By the axis's id: what is selected of it. */
    limits: { state: true },
  };

  #kept = { state: '', option: null };

  constructor() {
    super();
    /** @type {Record<string, [number, number][]>} */
    this.limits = {};
  }

  render() {
    const all = dimensionsOf(this.comparison);
    const axes = this.#axes(all);
    if (axes.length < 2) {
      return html`${this.#chips(all, axes)}
        <p class="quiet charts-empty">Parallel coordinates need two axes or more. Choose them above.</p>`;
    }
    const numeric = all.filter((one) => one.numeric);
    const color = numeric.find(({ id }) => id === this.query.get('color')) ?? numeric[0];
    const { sessions } = this.comparison;
    const kept = sessions.map((_, i) => axes.every((axis) => isWithin(axis, i, this.limits[axis.id])));
    const count = kept.filter(Boolean).length;
    return html`
      ${this.#chips(all, axes)}
      <div class="actions compare-tools">
        <label class="inline-field"><span class="label">Coloured by</span>
          <select data-test="parallel-color" @change=${({ target }) => setQuery({ color: target.value }, { replace: true })}>
            ${numeric.map((one) => html`<option value=${one.id} .selected=${one === color}>${label(one).slice(0, 80)}</option>`)}</select></label>
        ${Object.keys(this.limits).length > 0 ? html`<button type="button" class="button button-small" data-test="clear-limits"
          @click=${() => this.#clear(axes)}>Clear the selection</button>` : nothing}
      </div>
      <figure class="chart-card is-combined scroll-x" data-test="parallel" tabindex="0" role="group" aria-label="Parallel coordinates">
        <hone-chart .label=${`${whole(sessions.length)} sessions across ${axes.map(label).join(', ')}; the table below has the figures`}
                    .option=${this.#option(axes, color)} @brush=${({ detail }) => this.#limit(detail.axis, detail.intervals)}></hone-chart>
      </figure>
      <p class="quiet parallel-count" role="status" data-test="parallel-count">${Object.keys(this.limits).length === 0
        ? 'Drag along an axis to keep the sessions that cross it there, or give limits below.'
        : `${whole(count)} of ${whole(sessions.length)} sessions selected.`}</p>
      ${this.#limitFields(axes.filter((axis) => axis.numeric))}
      ${figures(axes, sessions, kept)}`;
  }

  #axes(all) {
    const asked = this.query.getAll('axis');
    if (asked.length > 0) {
      return asked.map((asking) => all.find(({ id }) => id === asking)).filter(Boolean).slice(0, MOST_AXES);
    }
    // What few sessions have leaves most lines with gaps.
    const common = (share) => all.filter(({ differs, values }) => differs && values.filter((value) => value !== null).length >= values.length * share);
    const differing = common(0.5).length >= FEWEST_AXES ? common(0.5) : common(0);
    return [
      ...differing.filter(({ kind }) => kind === 'param').slice(0, PARAMS_AT_FIRST),
      ...differing.filter(({ kind }) => kind === 'metric').slice(0, METRICS_AT_FIRST),
    ];
  }

  #chips(all, axes) {
    return html`
      <details class="axes" ?open=${all.length <= MANY}>
        <summary>Axes: ${whole(axes.length)} of ${whole(all.length)}</summary>
        <div class="chips" role="group" aria-label="Axes">${all.map((one) => {
          const pressed = axes.includes(one);
          return html`<button type="button" class="chip" data-test="axis-chip" aria-pressed=${pressed} ?disabled=${!pressed && axes.length >= MOST_AXES}
            @click=${() => this.#toggle(one.id, axes.map(({ id }) => id))}>${foreign(label(one), 40)}</button>`;
        })}</div>
      </details>`;
  }

  #toggle(id, shown) {
    const next = shown.includes(id) ? shown.filter((one) => one !== id) : [...shown, id];
    this.#limit(id, []);
    // None at all in the address means "the usual ones", so an empty choice is spelt out.
    setQuery({ axis: next.length > 0 ? next : ['none'] }, { replace: true });
  }

  /** The same as dragging, for those who do not. */
  #limitFields(axes) {
    return axes.length === 0 ? nothing : html`
      <details class="limits"><summary>Limits</summary>
        <div class="limit-fields">${axes.map((axis) => html`
          <fieldset><legend>${foreign(label(axis), 40)}</legend>
            ${['from', 'to'].map((name, end) => {
              const value = this.limits[axis.id]?.[0]?.[end];
              return html`<input aria-label="${label(axis).slice(0, 80)} ${name}" placeholder=${name} inputmode="decimal" data-test="limit"
                .value=${Number.isFinite(value) ? String(Number(value.toPrecision(6))) : ''}
                @change=${({ target }) => this.#limitTyped(axis, end, target.value)}>`;
            })}</fieldset>`)}
        </div>
      </details>`;
  }

  #limitTyped(axis, end, text) {
    const [min, max] = extent(axis);
    const interval = [...this.limits[axis.id]?.[0] ?? [min, max]];
    interval[end] = text.trim() === '' || !Number.isFinite(Number(text)) ? [min, max][end] : Number(text);
    const intervals = interval[0] <= min && interval[1] >= max ? [] : [interval];
    this.#limit(axis.id, intervals);
    this.querySelector('hone-chart').select(axis.id, intervals);
  }

  #limit(axis, intervals) {
    const { [axis]: before, ...rest } = this.limits;
    this.limits = intervals.length > 0 ? { ...rest, [axis]: intervals } : rest;
  }

  #clear(axes) {
    axes.forEach(({ id }) => this.querySelector('hone-chart').select(id, []));
    this.limits = {};
  }

  #option(axes, color) {
    const { sessions } = this.comparison;
    const state = JSON.stringify([axes, color, sessions.map(({ id }) => id)]);
    if (state !== this.#kept.state) {
      this.#kept = { state, option: option(axes, color, sessions) };
    }
    return this.#kept.option;
  }
}

function option(axes, color, sessions) {
  // ECharts has a dash for no value. The last value carries the colour and has no axis.
  const rows = sessions.map((session, i) => ({
    id: session.id, name: session.name, value: [...axes, color].map((axis) => axis.values[i] ?? '-'),
  }));
  return (colors) => ({
    parallel: { left: 56, right: 64, top: 56, bottom: 72 },
    parallelAxis: axes.map((axis, dim) => ({
      id: axis.id, dim, name: label(axis).slice(0, 20), nameGap: 16, type: axis.numeric ? 'value' : 'category', scale: true,
      ...axis.numeric ? {} : { data: categories(axis) },
      nameTextStyle: { color: colors.ink },
      axisLabel: { formatter: (value) => (axis.numeric ? valueText(axis, value) : String(value).slice(0, 18)) },
      axisLine: { lineStyle: { color: colors['ink-soft'] } }, splitLine: { show: false },
      areaSelectStyle: { width: 18, borderWidth: 1, borderColor: colors.accent, color: colors.accent, opacity: 0.25 },
    })),
    visualMap: colorScale(color, color.values, axes.length, colors),
    tooltip: { trigger: 'item', formatter: ({ name }) => name.slice(0, 80) },
    series: [{
      // Straight: a curve would lead through values, and beyond the axes, where nobody measured any.
      type: 'parallel', data: rows, smooth: false, lineStyle: { width: 2, opacity: 0.8, color: colors['series-1'] },
      inactiveOpacity: 0.06, activeOpacity: 0.95, emphasis: { lineStyle: { width: 4 } },
    }],
  });
}

/** The words on an axis, as they stand on it from below. */
function categories({ values }) {
  return [...new Set(values.filter((value) => value !== null).map(String))].sort();
}

function extent({ values }) {
  const there = values.filter((value) => value !== null);
  return [Math.min(...there), Math.max(...there)];
}

/** Places on an axis of words count from the first one. */
function isWithin(axis, i, intervals) {
  if (!intervals) {
    return true;
  }
  const value = axis.values[i];
  const place = axis.numeric ? value : categories(axis).indexOf(String(value));
  return value !== null && intervals.some(([low, high]) => place >= low && place <= high);
}

function figures(axes, sessions, kept) {
  const columns = [
    { key: 'name', label: 'Session', text: true, format: (name, { id }) => html`<a href="/sessions/${id}">${foreign(name, 80)}</a>` },
    ...axes.map((axis) => ({
      key: axis.id, label: foreign(label(axis), 40), text: !axis.numeric,
      format: (value) => (axis.numeric ? valueText(axis, value) : value === '' ? '–' : foreign(value, 60)),
    })),
  ];
  const rows = sessions.map((session, i) => ({
    id: session.id, name: session.name, ...Object.fromEntries(axes.map((axis) => [axis.id, axis.numeric ? axis.values[i] : String(axis.values[i] ?? '')])),
  })).filter((_, i) => kept[i]);
  return html`
    <hone-sorted-table label="Selected sessions in figures" by=${axes.at(-1).id} data-test="parallel-table" .columns=${columns}
      .rows=${rows}></hone-sorted-table>`;
}

customElements.define('hone-compare-parallel', CompareParallel);
