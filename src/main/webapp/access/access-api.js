import { get, request } from '../lib/http.js';

/**
 * @typedef {import('../lib/access.js').Account} Account
 *
 * @typedef {object} Key
 * @property {string} id
 * @property {string} name
 * @property {'viewer'|'reporter'|'admin'} role
 * @property {string} hint its last characters
 * @property {string} created_at
 * @property {string} created_by
 * @property {string|null} expires_at
 * @property {string|null} last_used_at
 *
 * @typedef {object} SignInLink
 * @property {string} path
 * @property {string} expires_at
 */

export const ROLES = {
  viewer: 'Reads everything but the settings',
  reporter: 'Also reports sessions and steps',
  admin: 'Also criteria, settings and access',
};
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 256;

/** @param {string|null} [current] not needed before a password was chosen */
export const changePassword = (password, current = null) => request('PUT', '/auth/password', {
  body: { password, ...(current === null ? {} : { current_password: current }) },
});

const account = (id) => `/accounts/${encodeURIComponent(id)}`;

/** @returns {Promise<{items: Account[], next_cursor: string|null}>} */
export const listAccounts = (cursor, signal) => get('/accounts', { query: { limit: 100, cursor }, signal });

/** @returns {Promise<Account>} */
export const createAccount = async (body) => (await request('POST', '/accounts', { body })).data;

/**
 * @param {string} id
 * @param {{role?: string, disabled?: boolean}} changes
 * @returns {Promise<Account>}
 */
export const changeAccount = async (id, changes) => (await request('PATCH', account(id), { body: changes })).data;

export const deleteAccount = (id) => request('DELETE', account(id));

/** @returns {Promise<SignInLink>} */
export const createSignInLink = async (id) => (await request('POST', `${account(id)}/sign-in-link`)).data;

/** @returns {Promise<{items: Key[], next_cursor: string|null}>} */
export const listKeys = (cursor, signal) => get('/keys', { query: { limit: 100, cursor }, signal });

/** @returns {Promise<Key & {key: string}>} the one answer with the key itself */
export const createKey = async (body) => (await request('POST', '/keys', { body })).data;

export const deleteKey = (id) => request('DELETE', `/keys/${encodeURIComponent(id)}`);

/** @returns {Promise<{items: any[], next_cursor: string|null}>} newest first */
export const listAudit = (query, signal) => get('/audit', { query: { limit: 50, ...query }, signal });
