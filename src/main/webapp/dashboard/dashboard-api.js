import { get } from '../lib/http.js';

/**
 * @param {string} window `24h`, `7d`, `30d` or `all`
 * @param {string|null} project
 * @param {AbortSignal} [signal]
 */
export const readStats = (window, project, signal) => get('/dashboard/stats', { query: { window, project }, signal });
