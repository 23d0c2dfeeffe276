import { get, request } from '../lib/http.js';

/**
 * @typedef {object} Criterion
 * @property {string} metric
 * @property {string} op
 * @property {number} value
 * @property {'baseline'|number|null} relative_to
 * @property {number} weight
 * @property {boolean} required
 *
 * @typedef {object} Criteria one version
 * @property {string} name
 * @property {number} version
 * @property {string|null} note
 * @property {string[]} techniques
 * @property {Criterion[]} criteria
 * @property {string} created_at
 * @property {string} created_by
 */

export const TECHNIQUES = [
  'quantization', 'pruning', 'distillation', 'architecture_search', 'hyperparameter_search', 'prompt_optimization',
  'other',
];
export const OPERATORS = ['>=', '<=', '>', '<', '='];

const at = (name) => `/config/criteria/${encodeURIComponent(name)}`;

/** @returns {Promise<{items: Criteria[], next_cursor: string|null}>} the newest version of each */
export const listCriteria = (cursor, signal) => get('/config/criteria', { query: { limit: 100, cursor }, signal });

/** @returns {Promise<{data: Criteria, etag: string|null}>} */
export const readCriteria = (name, signal) => request('GET', at(name), { signal });

/** @returns {Promise<Criteria[]>} newest first */
export const listVersions = async (name, signal) => (await get(`${at(name)}/versions`, { query: { limit: 100 }, signal })).items;

/** @returns {Promise<Criteria>} */
export const createCriteria = async (body) => (await request('POST', '/config/criteria', { body })).data;

/**
 * @param {string} name
 * @param {object} body without the name
 * @param {string|null} etag of the version that was edited: another one saved meanwhile is not overwritten
 * @returns {Promise<Criteria>} the new version
 */
export const saveCriteria = async (name, body, etag) => (
  await request('PUT', at(name), { body, headers: etag ? { 'If-Match': etag } : {} })).data;

export const deleteCriteria = (name) => request('DELETE', at(name));

/** Judging a hundred thousand sessions takes its time. */
const PATIENCE_MS = 600_000;

/**
 * Judges all sessions of some criteria by the newest version.
 *
 * @returns {Promise<{matched: number, changed: number, refused: number, refusals: {id: string, detail: string}[]}>}
 */
export const rejudgeAll = async (name) => (await request('POST', '/sessions/bulk', {
  body: { action: 'rejudge', filter: { criteria: name, parent: 'any' } }, timeoutMs: PATIENCE_MS,
})).data;
