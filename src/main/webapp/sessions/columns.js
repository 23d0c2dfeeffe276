import { html, nothing } from 'lit';
import { foreign } from '../lib/element.js';
import { NONE, decimal, duration, metric, whole, words } from '../lib/format.js';
import { store, readStored } from '../lib/stored.js';
import { progressBar, statusBadge, verdictBadge } from './badges.js';
import { DEFAULT_SORT, isBin, readFilters } from './filters.js';
import { byInterest } from './metric-order.js';

/**
 * What a list of sessions can show beside their names. A column's key is the API's name of the field, or `param:KEY`,
 * `metric:KEY` (its last value) or `tag:KEY`; `metrics` are the few that say most.
 *
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {string} kind names its class in the style sheet
 * @property {number} width in pixels, its least
 * @property {string} [title] what the label leaves out
 * @property {boolean} [number] aligned to the right
 * @property {string} [sort] the order of the API that goes by it, without a sign
 * @property {(session: import('./sessions-api.js').Session, sort: string) => unknown} cell
 */

export const DEFAULT_COLUMNS = ['status', 'progress', 'verdict', 'metrics', 'duration_ms', 'created_at'];
/** More would be a table nobody reads, and an address that no longer fits. */
export const MOST_COLUMNS = 40;

const STORED = 'hone.sessions.columns';
const METRICS_SHOWN = 2;
/** Kinds of columns that take a part of the room there is. */
const FLEXIBLE = new Set(['progress', 'metrics', 'text', 'param', 'metric', 'tag']);

const text = (name) => (session) => dashed(session[name], (value) => foreign(value, 80));
const time = (name) => (session) => html`<hone-time relative .at=${session[name]}></hone-time>`;

/** @type {Record<string, Omit<Column, 'key'>>} */
const FIELDS = {
  status: { label: 'Status', kind: 'status', width: 112, cell: ({ status }) => statusBadge(status) },
  progress: { label: 'Progress', kind: 'progress', width: 108, cell: progressBar },
  verdict: { label: 'Verdict', kind: 'verdict', width: 112, cell: ({ verdict }) => verdictBadge(verdict) },
  metrics: { label: 'Metrics', kind: 'metrics', width: 152, cell: metricPairs },
  duration_ms: { label: 'Duration', kind: 'duration', width: 86, number: true, sort: 'duration', cell: (session) => duration(session.duration_ms) },
  created_at: { label: 'Created', kind: 'time', width: 84, sort: 'created_at', cell: time('created_at') },
  updated_at: { label: 'Updated', kind: 'time', width: 84, sort: 'updated_at', cell: time('updated_at') },
  started_at: { label: 'Started', kind: 'time', width: 84, cell: time('started_at') },
  ended_at: { label: 'Ended', kind: 'time', width: 84, cell: time('ended_at') },
  deleted_at: { label: 'In the bin since', kind: 'time', width: 112, cell: time('deleted_at') },
  project: { label: 'Project', kind: 'text', width: 120, cell: text('project') },
  model: { label: 'Model', kind: 'text', width: 140, cell: text('model') },
  technique: { label: 'Technique', kind: 'text', width: 140, cell: ({ technique }) => words(technique) },
  owner: { label: 'Owner', kind: 'text', width: 120, cell: text('owner') },
  criteria: {
    label: 'Criteria', kind: 'text', width: 130,
    cell: ({ criteria }) => dashed(criteria, ({ name, version }) => html`${foreign(name, 60)} <span class="quiet">v${version}</span>`),
  },
  tags: {
    label: 'Tags', kind: 'text', width: 160,
    cell: ({ tags }) => dashed(Object.entries(tags).map(([key, value]) => `${key}:${value}`).join(', ') || null, (all) => foreign(all, 120)),
  },
  notes: { label: 'Notes', kind: 'text', width: 180, cell: text('notes') },
  children: { label: 'Child sessions', kind: 'number', width: 108, number: true, cell: ({ children }) => whole(children) },
  id: { label: 'Id', kind: 'text', width: 150, cell: ({ id }) => html`<code title=${id}>${id}</code>` },
};

/** @type {Record<string, (key: string) => Omit<Column, 'key'>>} */
const KEYED = {
  param: (key) => ({
    label: key, title: `Parameter ${key}`, kind: 'param', width: 110,
    cell: ({ params }) => dashed(params[key], (value) => (typeof value === 'number'
      ? html`<span title=${String(value)}>${decimal(value)}</span>` : foreign(typeof value === 'object' ? JSON.stringify(value) : value, 60))),
  }),
  metric: (key) => ({
    label: key, title: `Last value of the metric ${key}`, kind: 'metric', width: 110, number: true, sort: `metric:${key}`,
    cell: ({ metrics }) => dashed(metrics[key], ({ last }) => html`<span title=${String(last)}>${metric(key, last)}</span>`),
  }),
  tag: (key) => ({
    label: key, title: `Tag ${key}`, kind: 'tag', width: 110, cell: ({ tags }) => dashed(tags[key], (value) => foreign(value, 60)),
  }),
};

/**
 * @param {string} key
 * @returns {Column|null} null for what is no column
 */
export function column(key) {
  if (Object.hasOwn(FIELDS, key)) {
    return { key, ...FIELDS[key] };
  }
  const [, kind, name] = /^(param|metric|tag):(.+)$/s.exec(key) ?? [];
  return kind ? { key, ...KEYED[kind](name) } : null;
}

/** @param {Column} column */
export function kindOf({ key }) {
  return /^(param|metric|tag):/.exec(key)?.[1] ?? '';
}

/**
 * @param {string[]} keys
 * @returns {Column[]} those there are, each once
 */
export function columnsOf(keys) {
  return [...new Set(keys)].slice(0, MOST_COLUMNS).map(column).filter((one) => one !== null);
}

/**
 * The columns the address asks for, or else those chosen last, or else the usual ones; in the bin also
 * since when they are there.
 *
 * @param {URLSearchParams} query
 * @returns {string[]}
 */
export function readColumns(query) {
  const asked = query.has('column') ? query.getAll('column') : readStored(STORED);
  const known = Array.isArray(asked) ? columnsOf(asked.map(String)).map(({ key }) => key) : [];
  const keys = known.length > 0 ? known : DEFAULT_COLUMNS;
  return query.has('column') || !isBin(readFilters(query)) ? keys : [...new Set([...keys, 'deleted_at'])];
}

/** @param {string[]} chosen what lists show from now on where their address asks for nothing */
export function rememberColumns(chosen) {
  const keys = chosen.filter((key) => key !== 'deleted_at');
  store(STORED, keys.length === 0 || String(keys) === String(DEFAULT_COLUMNS) ? null : keys);
}

/**
 * What a list is sorted by is shown, chosen or not, unless it is as always.
 *
 * @param {string[]} keys
 * @param {string} sort
 * @returns {Column[]}
 */
export function columnsShown(keys, sort) {
  const name = sort.replace(/^-/, '');
  const columns = columnsOf(keys);
  const sorted = columnsOf([...Object.keys(FIELDS), name]).find((one) => one.sort === name);
  if (!sorted || sort === DEFAULT_SORT
    || columns.some(({ key }) => key === sorted.key || (key === 'metrics' && kindOf(sorted) === 'metric'))) {
    return columns;
  }
  // One time stands for another, which keeps it in sight.
  const other = columns.findIndex(({ key }) => key === 'created_at' && sorted.kind === 'time');
  return other < 0 ? [...columns, sorted] : columns.with(other, sorted);
}

/**
 * The columns there could be: every field, and what the sessions at hand have.
 *
 * @param {Iterable<import('./sessions-api.js').Session>} sessions
 * @returns {Column[]} fields first, then metrics, parameters and tags by name
 */
export function columnsThereAre(sessions) {
  const found = { metric: new Set(), param: new Set(), tag: new Set() };
  for (const { metrics, params, tags } of sessions) {
    Object.keys(metrics).forEach((key) => found.metric.add(key));
    Object.keys(params).forEach((key) => found.param.add(key));
    Object.keys(tags).forEach((key) => found.tag.add(key));
  }
  return [...Object.keys(FIELDS), ...Object.entries(found).flatMap(([kind, keys]) => [...keys].sort().map((key) => `${kind}:${key}`))]
    .map(column);
}

/** @param {Column[]} columns */
export function gridOf(columns) {
  return columns.map(({ width, kind }) => (FLEXIBLE.has(kind) ? `minmax(${width}px, 0.3fr)` : `${width}px`)).join(' ');
}

function metricPairs({ metrics }, sort) {
  const wanted = /^-?metric:(.+)$/s.exec(sort)?.[1];
  const keys = byInterest(Object.keys(metrics), wanted).slice(0, METRICS_SHOWN);
  return keys.length === 0 ? nothing : html`
    <dl class="pairs">${keys.map((key) => html`
      <div><dt title=${key}>${foreign(key, 40)}</dt><dd title=${String(metrics[key].last)}>${metric(key, metrics[key].last)}</dd></div>`)}
    </dl>`;
}

function dashed(value, shown) {
  return value === null || value === undefined ? html`<span class="quiet">${NONE}</span>` : shown(value);
}
