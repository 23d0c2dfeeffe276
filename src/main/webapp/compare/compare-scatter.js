import { html, nothing } from 'lit';
import { HoneElement, foreign } from '../lib/element.js';
import { whole } from '../lib/format.js';
import { navigate, setQuery } from '../lib/router.js';
import { dimensionsOf, label, usualDirection, valueText } from './dimensions.js';
import { paretoFront } from './pareto.js';
import '../lib/chart.js';
import '../lib/sorted-table.js';

const AXES = [['x', 'Horizontal'], ['y', 'Vertical'], ['z', 'Colour']];
/** With more on the front their names would cover each other. */
const NAMED = 12;

/**
 * Sessions as points by any two or three of their numbers, and which of them no other one beats in all.
 *
 * @property {import('./compare-api.js').Comparison} comparison
 * @property {URLSearchParams} query
 */
class CompareScatter extends HoneElement {
  static properties = {
    comparison: { attribute: false },
    query: { attribute: false },
  };

  render() {
    const dimensions = dimensionsOf(this.comparison).filter(({ numeric }) => numeric);
    if (dimensions.length < 2) {
      return html`<p class="quiet charts-empty">A scatter needs two numbers that these sessions have: metrics, params or durations.</p>`;
    }
    const objectives = this.#objectives(dimensions);
    const { sessions } = this.comparison;
    const points = sessions.map((_, i) => objectives.map(({ dimension }) => dimension.values[i]));
    const front = paretoFront(points, objectives.map(({ direction }) => direction));
    const rows = sessions.map((session, i) => ({ session, point: points[i], front: front[i] }))
      .filter(({ point }) => point.every((value) => value !== null));
    return html`
      <div class="objectives">${AXES.map(([axis, name]) => (
        this.#axisFields(axis, name, dimensions, objectives.find((one) => one.axis === axis))))}</div>
      <figure class="chart-card is-combined" data-test="scatter">
        <hone-chart .label=${`${whole(rows.length)} sessions by ${objectives.map(({ dimension }) => label(dimension)).join(', ')}; the table below has the figures`}
                    .option=${option(rows, objectives)} @pick=${({ detail }) => navigate(`/sessions/${detail}`)}></hone-chart>
        <figcaption class="quiet" data-test="front-caption">${caption(rows, sessions.length)}</figcaption>
      </figure>
      ${figures(rows, objectives)}`;
  }

  /** @returns {{axis: string, dimension: import('./dimensions.js').Dimension, direction: 'min'|'max'}[]} two or three */
  #objectives(dimensions) {
    const [first, second] = [...dimensions.filter(({ differs }) => differs), ...dimensions.filter(({ differs }) => !differs)];
    const usual = { x: second, y: first, z: undefined };
    return AXES.map(([axis]) => ({ axis, dimension: dimensions.find(({ id }) => id === this.query.get(`s${axis}`)) ?? usual[axis] }))
      .filter(({ dimension }) => dimension)
      .map((one) => ({ ...one, direction: this.#direction(one) }));
  }

  #direction({ axis, dimension }) {
    const asked = this.query.get(`d${axis}`);
    return asked === 'min' || asked === 'max' ? asked : usualDirection(dimension);
  }

  #axisFields(axis, name, dimensions, objective) {
    const choose = ({ target }) => setQuery({ [`s${axis}`]: target.value, [`d${axis}`]: null }, { replace: true });
    return html`
      <div class="objective">
        <label class="field"><span class="label">${name}</span>
          <select data-test="objective-${axis}" @change=${choose}>
            ${axis === 'z' ? html`<option value="" .selected=${!objective}>None</option>` : nothing}
            ${dimensions.map((one) => html`<option value=${one.id} .selected=${one.id === objective?.dimension.id}>${
              label(one).slice(0, 80)}${one.kind === 'param' ? ' (param)' : ''}</option>`)}
          </select></label>
        ${objective ? html`
          <div class="segments" role="group" aria-label="${name}: which way is better">
            ${[['min', 'Lower', '↓'], ['max', 'Higher', '↑']].map(([direction, words, arrow]) => html`
              <button type="button" data-test="direction-${axis}-${direction}" aria-pressed=${objective.direction === direction}
                      @click=${() => setQuery({ [`d${axis}`]: direction }, { replace: true })}>${words} <span aria-hidden="true">${arrow}</span></button>`)}
          </div>` : nothing}
      </div>`;
  }
}

function option(rows, objectives) {
  const [x, y, z] = objectives;
  const front = rows.filter((row) => row.front);
  return (colors) => ({
    grid: { left: 24, right: 32, top: 36, bottom: z ? 76 : 36, containLabel: true },
    xAxis: valueAxis(x, { nameLocation: 'middle', nameGap: 28 }),
    yAxis: valueAxis(y, { nameLocation: 'end', nameTextStyle: { align: 'left' } }),
    visualMap: z && colorScale(z.dimension, rows.map(({ point }) => point[2]), 2, colors),
    tooltip: { trigger: 'item', formatter: ({ data }) => (data.id ? tooltip(data, objectives) : '') },
    series: [
      points(rows.filter((row) => !row.front), { symbolSize: 9, itemStyle: { color: colors.idle, opacity: z ? 0.75 : 0.5 } }),
      points(front, {
        symbolSize: 15, z: 4, itemStyle: { color: colors['series-1'], borderColor: colors.ink, borderWidth: 1.5 },
        label: {
          show: front.length <= NAMED, position: 'top', color: colors.ink, fontSize: 12, formatter: ({ data }) => data.name.slice(0, 24),
        },
        labelLayout: { hideOverlap: true },
      }),
      ...z ? [] : [staircase(front, x, colors)],
    ],
  });
}

/**
 * @param {import('./dimensions.js').Dimension} dimension
 * @param {(number|null)[]} values
 * @param {number} place of the value in the data
 * @param {import('../lib/chart.js').Colors} colors
 * @returns {object|undefined} none where all values are the same
 */
export function colorScale(dimension, values, place, colors) {
  const there = values.filter((value) => value !== null);
  const [min, max] = [Math.min(...there), Math.max(...there)];
  return min < max ? {
    type: 'continuous', dimension: place, min, max, orient: 'horizontal', left: 'center', bottom: 0, itemHeight: 160,
    text: [`${label(dimension).slice(0, 40)}  ${valueText(dimension, max)}`, valueText(dimension, min)],
    inRange: { color: [colors['series-3'], colors['series-5'], colors['series-2']] },
  } : undefined;
}

function points(rows, looks) {
  const across = rows.map(({ point }) => point[0]);
  const middle = (Math.min(...across) + Math.max(...across)) / 2;
  return {
    type: 'scatter', cursor: 'pointer', ...looks,
    // Names run into the chart, where there is room for them.
    data: rows.map(({ session, point, front }) => ({
      id: session.id, name: session.name, value: point, front, label: { position: 'bottom', align: point[0] > middle ? 'right' : 'left' },
    })),
  };
}

/** The border of what the front dominates: from each point it runs towards the worse side until the next one is better. */
function staircase(front, { direction }, colors) {
  return {
    type: 'line', step: direction === 'min' ? 'end' : 'start', showSymbol: false, silent: true, z: 3,
    lineStyle: { color: colors['series-1'], width: 1.25, type: 'dashed' },
    data: front.map(({ point }) => point).sort((a, b) => a[0] - b[0]),
  };
}

function valueAxis({ dimension, direction }, place) {
  return {
    type: 'value', scale: true, name: `${label(dimension).slice(0, 60)} ${direction === 'max' ? '↑' : '↓'}`, ...place,
    axisLabel: { formatter: (value) => valueText(dimension, value) },
  };
}

function tooltip({ name, value, front }, objectives) {
  return [
    name.slice(0, 80), ...objectives.map(({ dimension }, i) => `${label(dimension).slice(0, 60)}: ${valueText(dimension, value[i])}`),
    ...front ? ['On the Pareto front'] : [],
  ].join('\n');
}

function caption(rows, all) {
  const front = rows.filter((row) => row.front).length;
  return html`${whole(front)} of ${whole(rows.length)} on the Pareto front: no other session is as good in all of these and better in one.
    ${rows.length < all ? `${whole(all - rows.length)} lack one of the numbers.` : nothing}`;
}

function figures(rows, objectives) {
  const columns = [
    { key: 'name', label: 'Session', text: true, format: (name, { id }) => html`<a href="/sessions/${id}">${foreign(name, 80)}</a>` },
    ...objectives.map(({ axis, dimension }) => ({ key: axis, label: foreign(label(dimension), 60), format: (value) => valueText(dimension, value) })),
    { key: 'front', label: 'Pareto front', format: (front) => (front ? 'On it' : '') },
  ];
  return html`
    <hone-sorted-table label="Sessions of the scatter in figures" by="front" data-test="scatter-table" .columns=${columns}
      .rows=${rows.map(({ session, point: [x, y, z], front }) => ({ id: session.id, name: session.name, front: Number(front), x, y, z }))}></hone-sorted-table>`;
}

customElements.define('hone-compare-scatter', CompareScatter);
