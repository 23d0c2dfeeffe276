import { get } from '../lib/http.js';

/** Requests by endpoint template. */
export const readProfiles = (signal) => get('/performance/profiles', { signal });

/** Pool, writer and statements. */
export const readDatabaseStats = (signal) => get('/performance/database/stats', { signal });

/** The WebSocket's counters. */
export const readLiveStats = (signal) => get('/performance/live', { signal });
