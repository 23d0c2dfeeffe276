import { get, request } from '../lib/http.js';

/**
 * A session as the API answers it; see /openapi.
 *
 * @typedef {object} Session
 * @property {string} id
 * @property {string|null} parent_id
 * @property {string} name
 * @property {string} project
 * @property {string} model
 * @property {string} technique
 * @property {string} status
 * @property {number|null} progress 0..1
 * @property {{name: string, version: number}|null} criteria
 * @property {string|null} verdict
 * @property {Record<string, {last: number|string, min: number|string, max: number|string, last_step: number}>} metrics
 * @property {{message: string, category: string}|null} error
 * @property {number|null} duration_ms
 * @property {number} children how many child sessions it has that are not in the bin
 * @property {string|null} deleted_at when it was moved to the bin
 * @property {number} version grows with every change
 */

/**
 * What a failure means and what to do about it; see /openapi.
 *
 * @typedef {object} Guidance
 * @property {string} category
 * @property {string} title
 * @property {string} summary
 * @property {'info'|'warning'|'error'|'critical'} severity
 * @property {boolean} retryable whether the same again may succeed
 * @property {string[]} next_steps in order
 * @property {string|null} provider_health null where it is not known
 * @property {string|null} matched_rule null where none decided
 * @property {boolean} explainable whether no rule knows it and a model may be asked
 */

/**
 * @typedef {object} ExplainedFailure
 * @property {Guidance} guidance
 * @property {{text: string, provider: string, model: string, cached: boolean}|null} explanation null where a rule knows it
 */

export const STATUSES = ['pending', 'running', 'paused', 'completed', 'failed', 'cancelled'];
export const FINAL = new Set(['completed', 'failed', 'cancelled']);
export const VERDICTS = ['met', 'not_met', 'undecided'];

/** Events whose data are the session, or the members of it that changed. */
const WITH_SESSION = new Set(['session.changed', 'session.metrics', 'session.deleted', 'session.restored']);

const at = (id) => `/sessions/${encodeURIComponent(id)}`;

/**
 * @param {Record<string, unknown>} query filters, sort, limit and cursor
 * @param {AbortSignal} [signal]
 * @returns {Promise<{items: Session[], next_cursor: string|null}>}
 */
export const listSessions = (query, signal) => get('/sessions', { query, signal });

/** @returns {Promise<Session>} */
export const readSession = (id, signal) => get(at(id), { signal });

/** @returns {Promise<{data: Session, etag: string|null}>} with what a change must name to overwrite nothing unseen */
export const readSessionTagged = (id) => request('GET', at(id));

/**
 * @param {string} id
 * @param {string} metric
 * @param {number} points at most so many, chosen so that the line looks the same
 * @param {AbortSignal} [signal]
 * @param {{from: number, to: number}} [range] steps, both included
 * @returns {Promise<{points: [number, string, number|string][], total: number, downsampled: boolean}>}
 */
export const readSeries = (id, metric, points, signal, range) => (
  get(`${at(id)}/steps`, { query: { metric, points, ...range }, signal }));

export const readVerdict = (id, signal) => get(`${at(id)}/verdict`, { signal });

/** @returns {Promise<import('./session-cost.js').Cost>} what its calls to providers came to */
export const readCost = (id, signal) => get(`${at(id)}/cost`, { signal });

/** @returns {Promise<Guidance>} for the error of a session that failed */
export const readGuidance = (id, signal) => get(`${at(id)}/guidance`, { signal });

/** Longer than the server waits for a model. */
const EXPLAINED_WITHIN_MS = 75_000;

/**
 * @param {{message: string, technique: string}} failure
 * @returns {Promise<ExplainedFailure>} in the words of a model, which cost money
 */
export const explainFailure = async (failure) => (await request('POST', '/failures/explain', {
  body: failure, timeoutMs: EXPLAINED_WITHIN_MS,
})).data;

/**
 * @param {string} id
 * @param {object} patch RFC 7396: only what changes, null removes
 * @param {string} etag of the session that the change was made to
 * @returns {Promise<Session>}
 * @throws {import('../lib/http.js').Problem} 412 when the session has changed since
 */
export const patchSession = async (id, patch, etag) => (await request('PATCH', at(id), {
  body: patch, headers: { 'Content-Type': 'application/merge-patch+json', 'If-Match': etag },
})).data;

/** @returns {Promise<Session>} */
export const changeStatus = async (id, status) => (await request('PUT', `${at(id)}/status`, { body: { status } })).data;

/** Moves a session to the bin, with its child sessions. */
export const binSession = (id) => request('DELETE', at(id));

/** @returns {Promise<Session>} out of the bin again */
export const restoreSession = async (id) => (await request('POST', `${at(id)}/restore`)).data;

/** Deletes a session of the bin for good. */
export const purgeSession = (id) => request('POST', `${at(id)}/purge`);

/** @returns {Promise<Session>} an abandoned one, running again */
export const reopenSession = async (id) => (await request('POST', `${at(id)}/reopen`)).data;

/** Judges by the newest version of the criteria. */
export const rejudge = async (id) => (await request('POST', `${at(id)}/rejudge`)).data;

/** @returns {Promise<{items: any[], next_cursor: string|null}>} oldest first */
export const readAudit = (id, cursor, signal) => get(`${at(id)}/audit`, { query: { limit: 50, cursor }, signal });

/** @returns {Promise<{name: string, sessions: number}[]>} */
export const listProjects = async (signal) => (await get('/projects', { signal })).items;

/**
 * Brings a session up to date with an event of the topics `sessions` or `session:ID`.
 *
 * @param {Session} session
 * @param {import('../lib/live.js').LiveEvent} event
 * @returns {Session} the same one if the event is older or says nothing of it
 */
export function withEvent(session, { event, data }) {
  if (data.id !== session.id || !(data.version > session.version)) {
    return session;
  }
  if (WITH_SESSION.has(event)) {
    return { ...session, ...data };
  }
  return session;
}
