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

/** @returns {Promise<{points: [number, string, number|string][], total: number, downsampled: boolean}>} */
export const readSeries = (id, metric, points, signal) => get(`${at(id)}/steps`, { query: { metric, points }, signal });

export const readVerdict = (id, signal) => get(`${at(id)}/verdict`, { signal });

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
