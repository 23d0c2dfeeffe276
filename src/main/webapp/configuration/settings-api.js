import { get, request } from '../lib/http.js';

/**
 * @typedef {object} Setting
 * @property {string} key
 * @property {'integer'|'number'|'boolean'|'string'|'choice'} type
 * @property {string|null} unit
 * @property {unknown} default
 * @property {unknown} value
 * @property {'default'|'file'|'environment'|'system'|'stored'} source
 * @property {number|null} min
 * @property {number|null} max
 * @property {string[]|null} choices
 * @property {boolean} restart whether a change holds after a restart only
 * @property {boolean} editable
 * @property {string} description
 */

const at = (key) => `/config/settings/${encodeURIComponent(key)}`;

/** @returns {Promise<Setting[]>} */
export const listSettings = async (signal) => (await get('/config/settings', { signal })).items;

/** @returns {Promise<Setting>} */
export const saveSetting = async (key, value) => (await request('PUT', at(key), { body: { value } })).data;

/** Forgets the stored value. @returns {Promise<Setting>} */
export const resetSetting = async (key) => (await request('DELETE', at(key))).data;
