import { get, request } from '../lib/http.js';

/**
 * @typedef {{count: number, avg_ms: number, p95_ms: number}} Latency
 *
 * @typedef {object} Tier
 * @property {number} hits
 * @property {number} misses
 * @property {number} outdated
 * @property {number} puts
 * @property {Record<string, number>} evictions by cause
 * @property {number} invalidations
 * @property {number} errors
 * @property {number|null} hit_rate 0..1
 * @property {Latency} hit
 * @property {number|null} entries
 * @property {number|null} bytes
 * @property {number|null} compression_ratio
 *
 * @typedef {object} CacheStatistics
 * @property {string} name
 * @property {number} requests
 * @property {number} hits
 * @property {number} misses
 * @property {number|null} hit_rate 0..1
 * @property {Record<string, Tier>} tiers
 * @property {Latency} load
 * @property {number|null} speed_up
 * @property {number} time_saved_ms
 * @property {{calls: number, coalesced: number, in_flight: number, rate: number|null}} coalescing
 * @property {Record<string, number|null>} verification
 * @property {number} refreshes
 * @property {string} money_saved_usd decimal
 * @property {number} dropped
 * @property {number} warmed keys that were loaded before anybody asked
 *
 * @typedef {object} Definition
 * @property {string} purpose
 * @property {string[]} tiers
 * @property {string} ttl_setting
 * @property {number} ttl_seconds 0 where the cache is off
 * @property {{most: number, unit: 'entries'|'bytes'}} bound
 * @property {boolean} sensitive
 * @property {string} refresh
 * @property {boolean} verified
 * @property {string[]} tags
 *
 * @typedef {{l1: number, l2: number, durable: number}} Removed entries by tier; -1 where it could not be asked
 */

const at = (name) => encodeURIComponent(name);

/** What they did, how their tiers are, and whether all is well. */
export async function readCaches(signal) {
  const [stats, status, health] = await Promise.all(
    ['stats', 'status', 'health'].map((part) => get(`/cache/${part}`, { signal })));
  return { stats, status, health };
}

/** @returns {Promise<CacheStatistics & {definition: Definition}>} */
export const readCache = (name, signal) => get(`/cache/stats/${at(name)}`, { signal });

/**
 * What the rules of the kept answers are worth, and what smart mode made of them.
 *
 * @returns {Promise<import('./cache-rules.js').RuleReport>}
 */
export const readRules = (signal) => get('/cache/rules', { signal });

/** What could be better, with the numbers that say so. */
export const readAdvice = async (signal) => (await get('/analytics/dashboard', { signal })).recommendations;

/** @returns {Promise<{removed: Removed, caches: Record<string, Removed>}>} */
export const cleanUp = async () => (await request('POST', '/cache/cleanup')).data;

/**
 * Begins to load what was asked most.
 *
 * @returns {Promise<Record<string, number>>} how many keys of each cache
 */
export const warm = async () => (await request('POST', '/cache/warm', { body: {} })).data.keys;

/** @returns {Promise<{name: string, removed: Removed}>} */
export const clearCache = async (name) => (await request('POST', `/cache/clear/${at(name)}`)).data;

/** @returns {Promise<{removed: Removed, caches: Record<string, Removed>}>} */
export const clearAll = async () => (await request('POST', '/cache/clear-all', { body: { confirm: true } })).data;

/** @returns {Promise<{removed: Removed}>} */
export const flush = async (query) => (await request('DELETE', '/cache/flush', { query })).data;

/** @returns {Promise<{tags: Record<string, Removed>, patterns: Record<string, Removed>}>} */
export const invalidate = async (body) => (await request('POST', '/cache/invalidate', { body })).data;
