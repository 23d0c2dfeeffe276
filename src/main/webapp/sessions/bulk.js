import { request } from '../lib/http.js';
import { download } from '../lib/transfer.js';
import { whole } from './filters.js';

/**
 * @typedef {{id: string, detail: string}} Refusal
 * @typedef {{matched: number, changed: number, unchanged: number, refused: number, refusals: Refusal[]}} BulkAnswer
 */

/** The API takes so many ids at once. */
const AT_ONCE = 1000;
/** A change of a hundred thousand sessions takes its time. */
const PATIENCE_MS = 600_000;

/**
 * The ids of all sessions the filters match, whatever was loaded: as many as will be changed, and what to undo.
 *
 * @param {import('./filters.js').Filters} filters
 * @param {AbortSignal} signal
 * @returns {Promise<string[]>}
 */
export async function idsMatching(filters, signal) {
  const blob = await download('/sessions/export', { query: { format: 'csv', columns: 'id', ...whole(filters) }, signal });
  // Below the heading, an id a line.
  return (await blob.text()).match(/[0-9a-f]{8}(?:-[0-9a-f]+){4}/g) ?? [];
}

/**
 * @param {string} action of the API
 * @param {object} target
 * @param {string[]} target.ids
 * @param {import('./filters.js').Filters|null} target.filters all they match are meant, in one request
 * @param {Record<string, string|null>} [tags]
 * @param {(done: number) => void} [progress]
 * @returns {Promise<BulkAnswer>}
 */
export async function bulk(action, { ids, filters }, tags, progress = () => {}) {
  if (filters !== null) {
    return send({ action, filter: whole(filters), tags });
  }
  const total = noAnswer();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    add(total, await send({ action, ids: ids.slice(at, at + AT_ONCE), tags }));
    progress(Math.min(ids.length, at + AT_ONCE));
  }
  return total;
}

/**
 * Deletes sessions of the bin for ever, one by one. One that is gone already went with its parent.
 *
 * @param {string[]} ids
 * @param {(done: number) => void} progress
 * @returns {Promise<BulkAnswer>}
 */
export async function purge(ids, progress) {
  const total = noAnswer();
  for (const [i, id] of ids.entries()) {
    add(total, await purgeOne(id));
    progress(i + 1);
  }
  return total;
}

async function purgeOne(id) {
  try {
    await request('POST', `/sessions/${encodeURIComponent(id)}/purge`);
    return { ...noAnswer(), matched: 1, changed: 1 };
  } catch (error) {
    if (error.status === 404) {
      return { ...noAnswer(), matched: 1, unchanged: 1 };
    }
    if (error.status === 409) {
      return { ...noAnswer(), matched: 1, refused: 1, refusals: [{ id, detail: error.detail }] };
    }
    throw error;
  }
}

async function send(body) {
  return (await request('POST', '/sessions/bulk', { body, timeoutMs: PATIENCE_MS })).data;
}

/** @returns {BulkAnswer} */
function noAnswer() {
  return { matched: 0, changed: 0, unchanged: 0, refused: 0, refusals: [] };
}

function add(total, answer) {
  ['matched', 'changed', 'unchanged', 'refused'].forEach((name) => { total[name] += answer[name]; });
  total.refusals.push(...answer.refusals);
}
