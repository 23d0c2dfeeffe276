import { Problem } from '../lib/http.js';
import { readSeries } from './sessions-api.js';

/** Points asked for; enough for the widest screen, small however long the series is. */
const POINTS = 1000;
/** A series that grew beyond this by live steps is read again, thinned by the server. */
const TOO_MANY = 3000;

/**
 * @typedef {[number, number, number|null]} Point step, milliseconds since 1970, value (null: not finite)
 *
 * @typedef {object} Series
 * @property {Point[]} points of the whole series
 * @property {{from: number, to: number, points: Point[]}|null} detail the range that is looked at, read more finely
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
  /** @type {{from: number, to: number}|null} */
  #range = null;

  #points;
  #gate;

  /**
   * @param {string} id the session's
   * @param {() => void} changed called after every change
   * @param {{points?: number, gate?: <T>(run: () => Promise<T>) => Promise<T>}} [options] points: of a series at most;
   *   gate: lets requests through in turn
   */
  constructor(id, changed, { points = POINTS, gate = (run) => run() } = {}) {
    this.#id = id;
    this.#changed = changed;
    this.#points = points;
    this.#gate = gate;
  }

  /**
   * @param {string} metric
   * @returns {Series} empty and loading at first
   */
  of(metric) {
    if (!this.#series.has(metric)) {
      this.#series.set(metric, {
        points: [], detail: null, total: 0, downsampled: false, notFinite: 0, loading: true, problem: null,
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

  /**
   * Reads the steps that are looked at once more where the whole series is thinned: however far one zooms in, what is
   * drawn is what was reported.
   *
   * @param {{from: number, to: number}|null} range steps, both included; null for the whole series
   */
  zoomTo(range) {
    if (range?.from !== this.#range?.from || range?.to !== this.#range?.to) {
      this.#range = range;
      this.#series.forEach((series, metric) => this.#loadDetail(metric, series));
    }
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
      const answer = await this.#read(metric);
      const late = series.points.filter(([step]) => step > (answer.points.at(-1)?.[0] ?? -1));
      series.points = answer.points.map(point);
      series.notFinite = series.points.filter(([, , value]) => value === null).length;
      series.total = answer.total;
      series.downsampled = answer.downsampled;
      // Steps that came live while this answer was under way are not in it.
      late.forEach((one) => put(series, one));
    } catch (error) {
      if (this.#abort.signal.aborted) {
        return;
      }
      series.problem = Problem.of(error);
    }
    series.loading = false;
    this.#changed();
    await this.#loadDetail(metric, series);
  }

  #read(metric, range) {
    return this.#gate(() => readSeries(this.#id, metric, this.#points, this.#abort.signal, range));
  }

  async #loadDetail(metric, series) {
    const range = this.#range;
    if (range === null || !series.downsampled) {
      series.detail = null;
      return;
    }
    try {
      const answer = await this.#read(metric, range);
      if (range === this.#range) {
        series.detail = { ...range, points: answer.points.map(point) };
      }
    } catch (error) {
      if (this.#abort.signal.aborted || range !== this.#range) {
        return;
      }
      series.problem = Problem.of(error);
    }
    this.#changed();
  }
}

/**
 * @param {Series} series
 * @returns {Point[]} what to draw: the whole, and in it the range that was read more finely
 */
export function drawn({ points, detail }) {
  return detail === null ? points : [
    ...points.filter(([step]) => step < detail.from), ...detail.points, ...points.filter(([step]) => step > detail.to)];
}

/** @param {[number, string, number|string]} answered */
export function point([step, at, value]) {
  return [step, Date.parse(at), finite(value)];
}

/** A new step goes to the end; one sent again takes the place of the former. */
function put(series, one) {
  const again = insert(series.points, one);
  if (series.detail !== null && one[0] >= series.detail.from && one[0] <= series.detail.to) {
    insert(series.detail.points, one);
  }
  series.total += again ? 0 : 1;
  series.notFinite += one[2] === null ? 1 : 0;
}

function insert(points, one) {
  let place = points.length;
  while (place > 0 && points[place - 1][0] >= one[0]) {
    place--;
  }
  const again = points[place]?.[0] === one[0];
  points.splice(place, again ? 1 : 0, one);
  return again;
}

function finite(value) {
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
