import { decimal, duration, metric, whole, words } from '../lib/format.js';

/**
 * The comparison as lines of a table.
 *
 * @typedef {object} Line
 * @property {string} id
 * @property {string} group 'fields', 'params', 'metrics', 'cost' or 'tags'
 * @property {string} name as it is shown
 * @property {boolean} differs
 * @property {any[]} values plain, in the order of the sessions; null for none
 * @property {{title: string, lines: number, differing: number}} [head] instead of all that: the head of a group
 */

const GROUPS = [['fields', 'Details'], ['params', 'Params'], ['metrics', 'Metrics, last values'],
  ['cost', 'Calls to providers'], ['tags', 'Tags']];
const FIELDS = { duration_ms: 'Duration' };
const COST = {
  cost_usd: 'Cost', saved_usd: 'Saved by a cache', cache_hits: 'Cache hits', failed: 'Failed calls', unpriced: 'Calls without a price',
  input_tokens: 'Tokens in', output_tokens: 'Tokens out',
};
const NAMES = { fields: FIELDS, cost: COST };

/**
 * @param {import('./compare-api.js').Comparison} comparison
 * @param {{only: boolean, search: string}} wanted only: the lines that differ; search: part of a name
 * @returns {Line[]} differing ones first in each group
 */
export function linesOf(comparison, { only, search }) {
  const text = search.trim().toLowerCase();
  return GROUPS.flatMap(([group, title]) => {
    const all = comparison[group].filter((row) => !isIdle(group, row)).map((row) => line(group, row));
    const shown = all.filter(({ differs, name }) => (!only || differs) && name.toLowerCase().includes(text));
    const differing = all.filter(({ differs }) => differs).length;
    return shown.length === 0 ? [] : [{ id: group, group, head: { title, lines: all.length, differing } }, ...shown];
  });
}

/**
 * @param {Line} line
 * @param {any} value
 * @returns {string} with its unit
 */
export function cellText({ group, id }, value) {
  if (value === null) {
    return '–';
  }
  if (group === 'metrics') {
    return metric(id.slice('metrics/'.length), value);
  }
  if (group === 'cost') {
    return id.endsWith('_usd') ? metric('usd', value) : whole(value);
  }
  if (id === 'fields/duration_ms') {
    return duration(value);
  }
  if (['fields/status', 'fields/verdict', 'fields/technique'].includes(id)) {
    return words(value);
  }
  return typeof value === 'number' ? decimal(value) : String(value);
}

/**
 * How far a value is from the baseline's.
 *
 * @param {Line} line
 * @param {any} value
 * @param {any} base
 * @returns {{text: string, share: string, delta: number}|null} null where one of them is no finite number
 */
export function difference(line, value, base) {
  if (typeof value !== 'number' || typeof base !== 'number' || !Number.isFinite(value - base)) {
    return null;
  }
  const delta = value - base;
  const size = cellText(line, Number(Math.abs(delta).toPrecision(3)));
  const sign = delta > 0 ? '+' : delta < 0 ? '−' : '±';
  const percent = base === 0 ? '' : `${sign}${decimal(Number(Math.abs(delta / base * 100).toPrecision(3)))}%`;
  return { text: sign + size, share: percent, delta };
}

/** Calls that failed or have no price are news only where there are some. */
function isIdle(group, { key, values }) {
  return group === 'cost' && ['failed', 'unpriced'].includes(key) && !values.some((value) => value > 0);
}

function line(group, { key, differs, values }) {
  const plain = values.map((value) => (value === null ? null
    : group === 'metrics' ? number(value.last)
      : group === 'cost' ? number(value)
        : key === 'criteria' && group === 'fields' && typeof value === 'object' ? `${value.name} version ${value.version}` : value));
  return { id: `${group}/${key}`, group, name: NAMES[group] ? NAMES[group][key] ?? words(key) : key, differs, values: plain };
}

/** "NaN" and "Infinity" come as strings, and so does money. */
function number(value) {
  return typeof value === 'string' ? Number(value) : value;
}
