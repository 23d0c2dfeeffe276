import { Problem } from '../lib/http.js';
import { readSeries } from './sessions-api.js';

/** Points asked for; enough for the widest screen, small however long the series is. */
const POINTS = 1000;
/** A series that grew beyond this by live steps is read again, thinned by the server. */
const TOO_MANY = 3000;

/**
 * @typedef {object} Series
 * @property {[number, number, number|null][]} points step, milliseconds since 1970, value (null: not finite)
 * @property {number} total points the server has
 * @property {boolean} downsampled
 * @property {number} notFinite points that are NaN or infinite
 * @property {boolean} loading
 * @property {Problem|null} problem
 */

/** The series of one session that were asked for, growing with its live steps. */
export class SeriesStore {
  #id;
  #changed;
  /** @type {Map<string, Series>} */
  #series = new Map();
  #abort = new AbortController();

  /**
   * @param {string} id the session's
   * @param {() => void} changed called after every change
   */
  constructor(id, changed) {
    this.#id = id;
    this.#changed = changed;
  }

  /**
   * @param {string} metric
   * @returns {Series} empty and loading at first
   */
  of(metric) {
    if (!this.#series.has(metric)) {
      this.#series.set(metric, {
        points: [], total: 0, downsampled: false, notFinite: 0, loading: true, problem: null,
      });
      this.#load(metric);
    }
    return this.#series.get(metric);
  }

  /** Reads what is shown again. */
  reload() {
    this.#series.forEach((series, metric) => this.#load(metric));
  }

  /** @param {string} metric */
  retry(metric) {
    this.#load(metric);
  }

  close() {
    this.#abort.abort();
  }

  /** @param {[number, string, Record<string, number|string>][]} steps of a live event */
  append(steps) {
    for (const [step, at, metrics] of steps) {
      for (const [metric, value] of Object.entries(metrics)) {
        const series = this.#series.get(metric);
        if (series) {
          put(series, [step, Date.parse(at), finite(value)]);
        }
      }
    }
    for (const [metric, series] of this.#series) {
      if (series.points.length > TOO_MANY && !series.loading) {
        this.#load(metric);
      }
    }
    this.#changed();
  }

  async #load(metric) {
    const series = this.#series.get(metric);
    series.loading = true;
    series.problem = null;
    try {
      const answer = await readSeries(this.#id, metric, POINTS, this.#abort.signal);
      const late = series.points.filter(([step]) => step > (answer.points.at(-1)?.[0] ?? -1));
      series.points = answer.points.map(([step, at, value]) => [step, Date.parse(at), finite(value)]);
      series.notFinite = series.points.filter(([, , value]) => value === null).length;
      series.total = answer.total;
      series.downsampled = answer.downsampled;
      // Steps that came live while this answer was under way are not in it.
      late.forEach((point) => put(series, point));
    } catch (error) {
      if (this.#abort.signal.aborted) {
        return;
      }
      series.problem = Problem.of(error);
    }
    series.loading = false;
    this.#changed();
  }
}

/** A new step goes to the end; one sent again takes the place of the former. */
function put(series, point) {
  const { points } = series;
  let place = points.length;
  while (place > 0 && points[place - 1][0] >= point[0]) {
    place--;
  }
  const again = points[place]?.[0] === point[0];
  points.splice(place, again ? 1 : 0, point);
  series.total += again ? 0 : 1;
  series.notFinite += point[2] === null ? 1 : 0;
}

function finite(value) {
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
