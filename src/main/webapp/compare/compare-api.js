import { get } from '../lib/http.js';

export const MOST = 50;

/**
 * @typedef {object} Row a param, tag or field; a metric's values are summaries
 * @property {string} key
 * @property {boolean} differs
 * @property {any[]} values in the order of the sessions; null where a session has none
 *
 * @typedef {object} Comparison
 * @property {import('../sessions/sessions-api.js').Session[]} sessions in the order asked
 * @property {Row[]} fields
 * @property {Row[]} params
 * @property {Row[]} metrics
 * @property {Row[]} cost what calls to providers came to; empty where there were none
 * @property {Row[]} tags
 */

/**
 * @param {string[]} ids 2 to {@link MOST}
 * @param {AbortSignal} [signal]
 * @returns {Promise<Comparison>}
 * @throws {import('../lib/http.js').Problem} 404 when one of them does not exist
 */
export const compareSessions = (ids, signal) => get('/sessions/compare', { query: { ids: ids.join(',') }, signal });
