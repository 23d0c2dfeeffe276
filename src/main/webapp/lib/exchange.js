export const BASE = '/api/v1';
const TIMEOUT_MS = 30_000;

/** A problem answer (RFC 9457), or a request that got no answer at all (`status` 0). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{title?: string, detail?: string, request_id?: string, errors?: {pointer: string, detail: string}[]}} body
   */
  constructor(status, body) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.title = body.title ?? `The server answered ${status}`;
    this.detail = body.detail ?? '';
    this.requestId = body.request_id ?? null;
    this.errors = body.errors ?? [];
    this.body = body;
    /** @type {number|null} seconds the server asks to wait */
    this.retryAfter = null;
  }

  /** @returns {boolean} whether no server was reached, so that trying again by itself makes sense */
  get unreachable() {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }

  /**
   * @param {unknown} error anything thrown
   * @returns {Problem}
   */
  static of(error) {
    if (error instanceof Problem) {
      return error;
    }
    console.error(error);
    return new Problem(-1, { title: 'This page made a mistake', detail: String(error?.message ?? error) });
  }
}

/**
 * @typedef {object} Options
 * @property {Record<string, unknown>|URLSearchParams} [query] empty members are left out, arrays repeat the name
 * @property {unknown} [body] sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {number} [timeoutMs] how long to wait for the whole answer
 */

/**
 * One request and its answer, with no other credentials than the browser's own cookie.
 *
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {Options} [options]
 * @returns {Promise<{data: any, etag: string|null}>}
 * @throws {Problem} for every answer that is not a success
 */
export async function exchange(method, path, options) {
  const { text, etag } = await fetchText(method, BASE + path + queryString(options?.query), options);
  return { data: text ? parse(text) : null, etag };
}

/**
 * @param {string} method
 * @param {string} address from the server's root
 * @param {Options} [options] without a query
 * @returns {Promise<{text: string, type: string, etag: string|null}>}
 * @throws {Problem} for every answer that is not a success
 */
export async function fetchText(method, address, { body, headers = {}, signal, timeoutMs = TIMEOUT_MS } = {}) {
  const timeout = AbortSignal.timeout(timeoutMs);
  let response;
  let text;
  try {
    response = await fetch(address, {
      method,
      headers: {
        Accept: 'application/json, application/problem+json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new Problem(0, timeout.aborted
      ? { title: 'The server takes too long', detail: `No answer within ${timeoutMs / 1000} seconds.` }
      : { title: 'The server cannot be reached', detail: 'It may be stopped, or the network may be down.' });
  }
  if (!response.ok) {
    throw problemOf(response.status, text, (name) => response.headers.get(name));
  }
  return { text, type: response.headers.get('Content-Type') ?? '', etag: response.headers.get('ETag') };
}

/**
 * @param {number} status
 * @param {string} text the body
 * @param {(name: string) => string|null} header
 * @returns {Problem}
 */
export function problemOf(status, text, header) {
  const body = parse(text) ?? {};
  body.request_id ??= header('X-Request-ID') ?? undefined;
  if (status === 403 && body.detail === body.title) {
    body.detail = 'This needs another role than yours.';
  }
  const problem = new Problem(status, body);
  problem.retryAfter = Number(header('Retry-After')) || null;
  return problem;
}

/**
 * @param {Options['query']} query
 * @returns {string} with its question mark, or empty
 */
export function queryString(query) {
  if (!query) {
    return '';
  }
  const params = query instanceof URLSearchParams ? query : new URLSearchParams();
  if (params !== query) {
    for (const [name, value] of Object.entries(query)) {
      for (const one of [value].flat()) {
        if (one !== undefined && one !== null && one !== '') {
          params.append(name, String(one));
        }
      }
    }
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy in between may answer HTML; the status says enough then.
    return null;
  }
}
