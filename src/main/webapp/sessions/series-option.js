import { decimal, duration, localTime, metric, whole } from '../lib/format.js';
import { drawn } from './series.js';
import { smoothed } from './smoothing.js';

/** Beyond this many points single ones are not marked. */
const MARKED = 40;

/**
 * How lines are drawn.
 *
 * @typedef {object} Axes
 * @property {'step'|'elapsed'|'time'} x elapsed: since the line's own first point
 * @property {boolean} log
 * @property {number} smoothing weight of the moving average, 0 for none
 *
 * What to draw of one metric.
 *
 * @typedef {object} Line
 * @property {string} key the metric's name
 * @property {import('./series.js').Series} series
 * @property {import('./series.js').Series|null} baseline the same metric of the session it is compared with
 * @property {number|null} level the baseline where it is a number
 */

/**
 * One metric in a chart of its own.
 *
 * @param {Line} one
 * @param {Axes} axes
 * @returns {(colors: import('../lib/chart.js').Colors) => object}
 */
export function singleOption(one, axes) {
  return (colors) => ({
    ...frame(axes, (rows) => rowsText(rows, false)),
    yAxis: valueAxis(one.key, axes),
    series: lines(one, axes, colors['series-1'], colors['ink-soft']),
  });
}

/**
 * Several metrics in one chart. Accuracy and bytes share no scale, so each has its own; the first two are drawn.
 *
 * @param {Line[]} all
 * @param {Axes} axes
 * @returns {(colors: import('../lib/chart.js').Colors) => object}
 */
export function combinedOption(all, axes) {
  return (colors) => {
    const color = (i) => colors[`series-${i % 6 + 1}`];
    return {
      ...frame(axes, (rows) => rowsText(rows, true)),
      grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
      legend: { type: 'scroll', data: all.map(({ key }) => key) },
      yAxis: all.map(({ key }, i) => ({
        ...valueAxis(key, axes),
        show: i < 2,
        position: i === 1 ? 'right' : 'left',
        axisLabel: { show: i < 2, color: color(i), formatter: (value) => short(key, value) },
        splitLine: { show: i === 0 },
      })),
      series: all.flatMap((one, i) => lines(one, axes, color(i), color(i)).map((line) => ({ ...line, yAxisIndex: i }))),
    };
  };
}

/**
 * @param {string} key
 * @param {import('./series.js').Series} series
 * @returns {string} the chart in words
 */
export function seriesLabel(key, { points, total }) {
  const values = points.map(([, , value]) => value).filter((value) => value !== null);
  if (values.length === 0) {
    return `${key}: no values`;
  }
  const [low, high] = values.reduce(([min, max], value) => [Math.min(min, value), Math.max(max, value)], [Infinity, -Infinity]);
  return `${key} over ${whole(total)} steps, from ${metric(key, low)} to ${metric(key, high)}, last ${metric(key, values.at(-1))}`;
}

/**
 * What charts of lines have in common.
 *
 * @param {Axes} axes
 * @param {(rows: any[]) => string[]} rowsText the lines of the tooltip below the place on the axis
 */
export function frame({ x }, rowsText) {
  const ends = { alignMinLabel: 'left', alignMaxLabel: 'right' };
  const steps = { type: 'value', min: 'dataMin', max: 'dataMax', splitLine: { show: false } };
  return {
    xAxis: {
      time: { type: 'time', splitLine: { show: false } },
      elapsed: { ...steps, axisLabel: { ...ends, formatter: duration } },
      step: { ...steps, minInterval: 1, axisLabel: { ...ends, formatter: (step) => whole(step) } },
    }[x],
    tooltip: {
      formatter: (rows) => {
        const at = rows[0].value[0];
        return [{ time: localTime, elapsed: duration, step: (step) => `Step ${whole(step)}` }[x](at), ...rowsText(rows)].join('\n');
      },
    },
    // The page scrolls with the wheel; with Control it zooms.
    dataZoom: [{ type: 'inside', filterMode: 'filter', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: false, moveOnMouseWheel: false }],
  };
}

/**
 * @param {string} key
 * @param {Axes} axes
 */
export function valueAxis(key, { log }) {
  return { type: log ? 'log' : 'value', scale: true, splitNumber: 4, axisLabel: { formatter: (value) => short(key, value) } };
}

/**
 * A series as places in the chart.
 *
 * @param {import('./series.js').Point[]} points
 * @param {Axes} axes
 * @returns {[number, number|null][]}
 */
export function places(points, { x, log }) {
  const start = points[0]?.[1];
  return points.map(([step, at, value]) => [
    { step, time: at, elapsed: at - start }[x], log && value <= 0 ? null : value]);
}

/**
 * The line as it is drawn: itself, or smoothed with itself faintly behind.
 *
 * @param {[number, number|null][]} data
 * @param {Axes} axes
 * @param {object} look members of the series that both share
 */
export function withSmoothing(data, { smoothing }, look) {
  const line = {
    type: 'line', symbolSize: 5, connectNulls: false, showSymbol: data.length <= MARKED, lineStyle: { width: 1.75, ...look.lineStyle },
  };
  if (smoothing === 0) {
    return [{ ...look, ...line, data }];
  }
  return [
    { ...look, ...line, id: `${look.id}/raw`, data, showSymbol: false, silent: true, lineStyle: { ...line.lineStyle, width: 1, opacity: 0.3 } },
    { ...look, ...line, data: smoothed(data, smoothing), showSymbol: false },
  ];
}

function lines({ key, series, baseline, level }, axes, color, pale) {
  const own = withSmoothing(places(drawn(series), axes), axes, { id: key, name: key, color });
  if (level !== null) {
    own.at(-1).markLine = {
      silent: true, symbol: 'none', data: [{ yAxis: level }], lineStyle: { color: pale, type: 'dashed' },
      label: { formatter: 'baseline', position: 'insideEndTop', color: pale },
    };
  }
  return baseline === null ? own : [
    // Its raw line would be one too many.
    withSmoothing(places(drawn(baseline), axes), axes, {
      id: `${key}/baseline`, name: key, color: pale, lineStyle: { type: 'dashed', width: 1.25 },
    }).at(-1),
    ...own,
  ];
}

const KINDS = { baseline: 'baseline', raw: 'as reported' };

function rowsText(rows, named) {
  return rows.filter(({ value }) => value[1] !== null).map(({ seriesId, seriesName, value }) => {
    const kind = KINDS[/\/(baseline|raw)$/.exec(seriesId)?.[1]] ?? '';
    return [named ? seriesName : '', metric(seriesName, value[1]), kind].filter(Boolean).join('  ');
  });
}

/**
 * @param {string} key
 * @param {number} value
 * @returns {string} as it stands at an axis
 */
export function short(key, value) {
  return /bytes$|_[mu]s$|seconds$|usd$/.test(key) ? metric(key, value) : decimal(value);
}
