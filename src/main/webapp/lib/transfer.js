import { BASE, Problem, problemOf, queryString } from './exchange.js';
import { bytes } from './format.js';
import { authorized } from './http.js';

/** Without a byte for so long, nothing more will come. */
const STALLED_MS = 60_000;
/** Parts so large go into a blob, which the browser may keep on its disk. */
const PART_BYTES = 8_000_000;

/**
 * Reads a file of any length. What is cut off on the way is a problem, never a shorter file.
 *
 * @param {string} path below /api/v1
 * @param {object} options
 * @param {Record<string, unknown>} options.query
 * @param {AbortSignal} options.signal
 * @param {(bytes: number) => void} [options.received] told how much has come
 * @returns {Promise<Blob>}
 */
export function download(path, { query, signal, received = () => {} }) {
  return authorized((headers) => read(BASE + path + queryString(query), { headers, signal, received }), { Accept: '*/*' });
}

async function read(address, { headers, signal, received }) {
  const patience = new Patience(signal);
  let count = 0;
  let response = null;
  try {
    response = await fetch(address, { headers, signal: patience.signal });
    if (!response.ok) {
      throw problemOf(response.status, await response.text(), (name) => response.headers.get(name));
    }
    const parts = [];
    let part = [];
    let partBytes = 0;
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) {
        return new Blob([...parts, ...part], { type: response.headers.get('Content-Type') ?? '' });
      }
      patience.renew();
      part.push(value);
      partBytes += value.length;
      count += value.length;
      if (partBytes > PART_BYTES) {
        parts.push(new Blob(part));
        part = [];
        partBytes = 0;
      }
      received(count);
    }
  } catch (error) {
    if (signal.aborted || error instanceof Problem) {
      throw error;
    }
    throw new Problem(0, response === null
      ? { title: 'The server cannot be reached', detail: 'It may be stopped, or the network may be down.' }
      : { title: 'The download was cut off', detail: `It ended after ${bytes(count)}, before all of it had come. Nothing was saved.` });
  } finally {
    patience.end();
  }
}

/**
 * Sends a file of any length.
 *
 * @param {string} path below /api/v1
 * @param {object} options
 * @param {Record<string, unknown>} options.query
 * @param {Blob} options.file
 * @param {string} options.type its media type
 * @param {AbortSignal} options.signal
 * @param {(fraction: number) => void} options.sent told how much is on its way, 0..1
 * @returns {Promise<any>} the parsed answer
 */
export function upload(path, { query, file, type, signal, sent }) {
  return authorized((headers) => new Promise((resolve, reject) => {
    // fetch tells nothing of what it has sent.
    const request = new XMLHttpRequest();
    request.open('POST', BASE + path + queryString(query));
    Object.entries({ Accept: 'application/json, application/problem+json', ...headers, 'Content-Type': type })
      .forEach(([name, value]) => request.setRequestHeader(name, value));
    request.upload.onprogress = ({ loaded, total }) => sent(total > 0 ? loaded / total : 1);
    request.onload = () => (request.status < 300 ? resolve(JSON.parse(request.responseText))
      : reject(problemOf(request.status, request.responseText, (name) => request.getResponseHeader(name))));
    request.onerror = () => reject(new Problem(0, {
      title: 'The connection was lost', detail: 'Nothing was imported, unless the server had all of the file by then.',
    }));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  }));
}

/**
 * Gives a file to whoever reads the page.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), STALLED_MS);
}

/** A signal that also goes off when nothing has come for too long. */
class Patience {
  #stalled = new AbortController();
  #timer = 0;

  constructor(signal) {
    this.signal = AbortSignal.any([signal, this.#stalled.signal]);
    this.renew();
  }

  renew() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stalled.abort(), STALLED_MS);
  }

  end() {
    clearTimeout(this.#timer);
  }
}
