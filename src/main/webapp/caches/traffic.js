/** Points kept: at one every two seconds, ten minutes of steady traffic. */
const MOST = 300;
/** The server tells of changes so often; what it tells after a longer silence happened in the last of these. */
const EVERY_S = 2;
const SILENT_S = 2 * EVERY_S;

/**
 * Reads per second and their hit rate, from counts that only rise.
 *
 * @typedef {{at: number, perSecond: number, hitRate: number|null}} Moment
 */
export class Traffic {
  /** @type {Moment[]} oldest first */
  moments = [];
  #last = null;

  /** @param {{generated_at: string, uptime_seconds: number, caches: {requests: number, hits: number}[]}} stats */
  add({ generated_at: generatedAt, uptime_seconds: uptime, caches }) {
    const sum = (key) => caches.reduce((all, cache) => all + cache[key], 0);
    const now = { at: Date.parse(generatedAt), uptime, requests: sum('requests'), hits: sum('hits') };
    const last = this.#last;
    this.#last = now;
    if (last === null || now.uptime < last.uptime || now.requests < last.requests) {
      // The first counts, or those of a server that started again.
      this.moments = [];
      return;
    }
    const seconds = (now.at - last.at) / 1000;
    if (seconds <= 0) {
      this.#last = last;
      return;
    }
    const silent = seconds > SILENT_S;
    if (silent) {
      this.#push({ at: last.at + EVERY_S * 1000, perSecond: 0, hitRate: null });
      this.#push({ at: now.at - EVERY_S * 1000, perSecond: 0, hitRate: null });
    }
    const requests = now.requests - last.requests;
    this.#push({
      at: now.at,
      perSecond: requests / (silent ? EVERY_S : seconds),
      hitRate: requests === 0 ? null : Math.min(1, Math.max(0, (now.hits - last.hits) / requests)),
    });
  }

  #push(moment) {
    this.moments = [...this.moments.slice(1 - MOST), moment];
  }
}
