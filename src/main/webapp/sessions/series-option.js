import { decimal, localTime, metric, whole } from '../lib/format.js';

/** Beyond this many points single ones are not marked. */
const MARKED = 40;

/**
 * @typedef {{byTime: boolean, log: boolean}} Axes
 */

/**
 * One metric in a chart of its own.
 *
 * @param {string} key
 * @param {import('./series.js').Series} series
 * @param {Axes} axes
 * @returns {(colors: import('../lib/chart.js').Colors) => object}
 */
export function singleOption(key, series, axes) {
  return (colors) => ({
    ...frame(axes, [key]),
    yAxis: valueAxis(key, axes),
    series: [line(key, series, axes, colors['series-1'])],
  });
}

/**
 * Several metrics in one chart. Accuracy and bytes share no scale, so each has its own; the first two are drawn.
 *
 * @param {[string, import('./series.js').Series][]} all
 * @param {Axes} axes
 * @returns {(colors: import('../lib/chart.js').Colors) => object}
 */
export function combinedOption(all, axes) {
  return (colors) => {
    const color = (i) => colors[`series-${i % 6 + 1}`];
    return {
      ...frame(axes, all.map(([key]) => key)),
      grid: { left: 8, right: 8, top: 40, bottom: 8, containLabel: true },
      legend: { type: 'scroll', data: all.map(([key]) => key) },
      yAxis: all.map(([key], i) => ({
        ...valueAxis(key, axes),
        show: i < 2,
        position: i === 1 ? 'right' : 'left',
        axisLabel: { color: color(i), formatter: (value) => short(key, value) },
        splitLine: { show: i === 0 },
      })),
      series: all.map(([key, series], i) => ({ ...line(key, series, axes, color(i)), yAxisIndex: i })),
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

function frame({ byTime }, keys) {
  return {
    xAxis: byTime
      ? { type: 'time', splitLine: { show: false } }
      : { type: 'value', min: 'dataMin', max: 'dataMax', minInterval: 1, splitLine: { show: false }, axisLabel: { formatter: whole } },
    tooltip: { formatter: (rows) => tooltip(rows, byTime, keys) },
    // The page scrolls with the wheel; with Control it zooms.
    dataZoom: [{ type: 'inside', filterMode: 'none', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: false, moveOnMouseWheel: false }],
  };
}

function valueAxis(key, { log }) {
  return { type: log ? 'log' : 'value', scale: true, splitNumber: 4, axisLabel: { formatter: (value) => short(key, value) } };
}

function line(key, { points }, { byTime, log }, color) {
  return {
    name: key,
    type: 'line',
    data: points.map(([step, at, value]) => [byTime ? at : step, log && value <= 0 ? null : value]),
    showSymbol: points.length <= MARKED,
    symbolSize: 5,
    connectNulls: false,
    lineStyle: { width: 1.75 },
    color,
  };
}

function tooltip(rows, byTime, keys) {
  const at = rows[0].value[0];
  const lines = rows.map(({ seriesName, value }) => `${keys.length > 1 ? `${seriesName}  ` : ''}${metric(seriesName, value[1])}`);
  return [byTime ? localTime(at) : `Step ${whole(at)}`, ...lines].join('\n');
}

function short(key, value) {
  return /bytes$|_[mu]s$|seconds$|usd$/.test(key) ? metric(key, value) : decimal(value);
}
