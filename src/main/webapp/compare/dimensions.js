import { duration, metric } from '../lib/format.js';
import { byInterest } from '../sessions/metric-order.js';

/**
 * What sessions can be placed by: a metric's last value, a param, how long it took, or what it cost.
 *
 * @typedef {object} Dimension
 * @property {string} id like `metric:accuracy`, as the address has it
 * @property {string} key the name alone
 * @property {'metric'|'param'|'field'} kind
 * @property {boolean} numeric whether all values that are there are finite numbers
 * @property {boolean} differs
 * @property {(number|string|null)[]} values in the order of the sessions
 */

/** Metrics of these names are better the higher they are; others, like loss, size and latency, the lower. */
const HIGHER_IS_BETTER = /acc|f1|auc|bleu|rouge|reward|score|precision|recall|throughput/i;

/**
 * @param {import('./compare-api.js').Comparison} comparison
 * @returns {Dimension[]} metrics first, the most telling one at the head
 */
export function dimensionsOf({ sessions, params, metrics, cost }) {
  const byKey = new Map(metrics.map((row) => [row.key, row]));
  return [
    ...byInterest([...byKey.keys()]).map((key) => {
      const { differs, values } = byKey.get(key);
      return dimension('metric', key, differs, values.map((summary) => finite(summary?.last)));
    }),
    ...params.map(({ key, differs, values }) => dimension('param', key, differs, values.map((value) => (
      typeof value === 'boolean' ? String(value) : value)))),
    dimension('field', 'duration_ms', true, sessions.map((session) => session.duration_ms)),
    ...cost.filter(({ key }) => key === 'cost_usd').map(({ key, differs, values }) => dimension('field', key, differs, values.map(finite))),
  ];
}

const FIELDS = { duration_ms: 'Duration', cost_usd: 'Cost' };

/** @param {Dimension} dimension */
export function usualDirection({ kind, key }) {
  return kind === 'metric' && HIGHER_IS_BETTER.test(key) ? 'max' : 'min';
}

/** @param {Dimension} dimension */
export function label({ kind, key }) {
  return kind === 'field' ? FIELDS[key] : key;
}

/**
 * @param {Dimension} dimension
 * @param {number|string|null} value
 * @returns {string}
 */
export function valueText({ kind, key, numeric }, value) {
  return kind === 'field' && key === 'duration_ms' ? duration(value) : numeric ? metric(key, value) : value === null ? '–' : String(value);
}

function dimension(kind, key, differs, values) {
  const there = values.filter((value) => value !== null);
  return {
    id: kind === 'field' ? key : `${kind}:${key}`, key, kind, differs, values,
    numeric: there.length > 0 && there.every((value) => typeof value === 'number'),
  };
}

function finite(value) {
  const number = Number(value ?? NaN);
  return Number.isFinite(number) ? number : null;
}
