import { get, request } from '../lib/http.js';

/**
 * @typedef {object} Price
 * @property {string} input_usd_per_million decimal
 * @property {string} output_usd_per_million decimal
 * @property {string|null} cached_input_usd_per_million null for what input costs
 * @property {string|null} cache_write_usd_per_million null for what input costs
 *
 * @typedef {object} Provider
 * @property {string} name
 * @property {'openai'|'anthropic'|'generic'} kind
 * @property {string} base_url
 * @property {boolean} has_secret
 * @property {string|null} auth_header
 * @property {string|null} health_path
 * @property {number} timeout_ms
 * @property {boolean} allow_private
 * @property {Record<string, Price>} prices by model, or by its beginning and a star
 * @property {{requests_per_minute: number|null, concurrent_requests: number|null}} limits
 * @property {{provider: string, models: Record<string, string>}|null} fallback
 * @property {string|null} probe_model
 * @property {number} version
 *
 * @typedef {object} Health
 * @property {string} name
 * @property {'healthy'|'degraded'|'unhealthy'|'unknown'} status
 * @property {number} calls what it is made of
 * @property {{p50: number, p95: number}|null} latency_ms until answers began
 * @property {number|null} error_rate
 * @property {string} since
 * @property {string|null} last_error_category
 * @property {string|null} last_error_at
 * @property {boolean} paused
 *
 * @typedef {object} BudgetStatus
 * @property {string} amount_usd
 * @property {string} spent_usd
 * @property {string} reserved_usd
 * @property {string} remaining_usd
 * @property {number} used
 * @property {number} calls
 * @property {string|null} resets_at
 *
 * @typedef {object} Warning
 * @property {Budget} budget
 * @property {90|100} percent at least so much is spent
 * @property {string} spent_usd decimal
 * @property {string|null} resets_at
 *
 * @typedef {object} Budget
 * @property {string} id
 * @property {'account'|'project'|'session'|'provider'} scope
 * @property {string} subject
 * @property {string} amount_usd
 * @property {'day'|'month'|'total'} window
 * @property {'block'|'warn'} action
 * @property {number} version
 * @property {BudgetStatus} status
 */

export const KINDS = { openai: 'OpenAI', anthropic: 'Anthropic', generic: 'Generic' };
export const SCOPES = {
  project: 'Project', account: 'Account or key', session: 'Session', provider: 'Provider',
};
export const WINDOWS = { day: 'a day', month: 'a month', total: 'in all' };
export const ACTIONS = { block: 'Refuse further calls', warn: 'Let them go on and say so' };

const provider = (name) => `/providers/${encodeURIComponent(name)}`;
const budget = (id) => `/budgets/${encodeURIComponent(id)}`;
/** What somebody else saved meanwhile is not overwritten. */
const unchanged = ({ version }) => ({ 'If-Match': `"v${version}"` });

/** @returns {Promise<{items: Provider[], next_cursor: string|null}>} by name */
export const listProviders = (cursor, signal) => get('/providers', { query: { limit: 100, cursor }, signal });

/** @returns {Promise<Provider>} */
export const createProvider = async (body) => (await request('POST', '/providers', { body })).data;

/**
 * @param {Provider} stored
 * @param {object} body merge patch
 * @returns {Promise<Provider>}
 */
export const changeProvider = async (stored, body) => (
  await request('PATCH', provider(stored.name), { body, headers: unchanged(stored) })).data;

/** @returns {Promise<{items: Health[], next_cursor: string|null}>} by name */
export const listHealth = (cursor, signal) => get('/providers/health', { query: { limit: 100, cursor }, signal });

/** @returns {Promise<Health>} once the provider has answered */
export const probeProvider = async (name) => (await request('POST', `${provider(name)}/probe`)).data;

export const deleteProvider = (name) => request('DELETE', provider(name));

/** @returns {Promise<{items: Budget[], next_cursor: string|null}>} */
export const listBudgets = (cursor, signal) => get('/budgets', { query: { limit: 100, cursor }, signal });

/** @returns {Promise<Budget>} */
export const createBudget = async (body) => (await request('POST', '/budgets', { body })).data;

/**
 * @param {Budget} stored
 * @param {{amount_usd: string, action: string}} body
 * @returns {Promise<Budget>}
 */
export const changeBudget = async (stored, body) => (
  await request('PATCH', budget(stored.id), { body, headers: unchanged(stored) })).data;

export const deleteBudget = (id) => request('DELETE', budget(id));

/** What became of a budget's money, by window, day, model and session. */
export const readHistory = (id, signal) => get(`${budget(id)}/history`, { query: { days: 30 }, signal });
