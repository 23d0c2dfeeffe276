/**
 * The live connection: one WebSocket for all of the interface. Elements subscribe to topics; this class keeps the
 * socket up, watches heartbeats, reconnects with growing, jittered pauses and resumes by the last sequence number.
 */

import { access } from './access.js';
import { get } from './http.js';

const PATH = '/api/v1/live';
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;
/** How long a first load waits for its topics, so that no event falls between reading and listening. */
const READY_MS = 400;
/** Pages replace each other: a topic both use is not given up in between. */
const LINGER_MS = 1000;
/** A connection that held so long was a good one: the next loss starts with a short pause again. */
const STABLE_MS = 5000;
/** The server closed the connection because the access behind it ended. */
const ACCESS_ENDED = 4401;

/**
 * @typedef {{topic: string|null, event: string, at?: string, data: any}} LiveEvent `event` is "resync" when what is
 *   shown must be loaded again
 * @typedef {object} Listener
 * @property {Set<string>} topics
 * @property {(event: LiveEvent) => void} handler
 * @property {boolean} waiting whether the server has yet to take the topics
 * @property {number} deadline when a first load stops waiting for that (performance.now)
 * @property {() => void} acknowledge
 */

class Live extends EventTarget {
  /** @type {'connecting'|'live'|'lost'} */
  state = 'connecting';
  /** @type {number|null} when the connection was lost, milliseconds since 1970 */
  lostAt = null;
  /** @type {number|null} when the next try is due */
  retryAt = null;

  /** @type {Set<Listener>} */
  #listeners = new Set();
  #acknowledged = new Set();
  #socket = null;
  /** Which try is the current one; an older one that comes to an end is of no interest. */
  #attempt = 0;
  /** The access token the socket was opened or extended with. */
  #token = null;
  /** Whether the server said that this token no longer holds. */
  #tokenEnded = false;
  /** Whether the last try got no greeting: a browser does not tell a refused token from a server that is away. */
  #ungreeted = false;
  #lastSeq = null;
  #resuming = false;
  #liveSince = 0;
  #tries = 0;
  #heartbeatMs = 20_000;
  #watch = 0;
  #retry = 0;

  /** Connects, once somebody is signed in. */
  start() {
    this.#connect();
    access.addEventListener('token', ({ detail }) => this.#extend(detail.token));
    addEventListener('online', () => this.retryNow());
    document.addEventListener('visibilitychange', () => {
      // A laptop that slept has a dead socket nobody told it about.
      if (!document.hidden) {
        this.state === 'live' ? this.#probe() : this.retryNow();
      }
    });
  }

  /**
   * @param {string[]} topics
   * @param {(event: LiveEvent) => void} handler
   * @returns {{ready: Promise<void>, close: () => void}} `ready` resolves once the server has taken the topics, or
   *   after a moment; taken later than that, the handler gets a resync
   */
  subscribe(topics, handler) {
    const listener = {
      topics: new Set(topics), handler, waiting: true, deadline: performance.now() + READY_MS, acknowledge: () => {},
    };
    const ready = new Promise((resolve) => {
      listener.acknowledge = resolve;
      setTimeout(resolve, READY_MS);
    });
    this.#listeners.add(listener);
    const missing = topics.filter((topic) => !this.#acknowledged.has(topic));
    if (this.state === 'live' && missing.length === 0) {
      listener.waiting = false;
      listener.acknowledge();
    } else if (this.state === 'live') {
      this.#send({ type: 'subscribe', topics: missing });
    }
    return {
      ready,
      close: () => {
        this.#listeners.delete(listener);
        setTimeout(() => this.#giveUp(topics), LINGER_MS);
      },
    };
  }

  /** Tries at once instead of waiting for the next turn. */
  retryNow() {
    if (this.state === 'lost') {
      this.#connect();
    }
  }

  async #connect() {
    clearTimeout(this.#retry);
    this.#socket?.close();
    this.#socket = null;
    const attempt = ++this.#attempt;
    try {
      const token = await this.#holdingToken();
      if (attempt === this.#attempt) {
        this.#open(token);
      }
    } catch {
      if (attempt === this.#attempt && access.state !== 'out') {
        this.#lost();
      }
    }
  }

  /** @returns {Promise<string>} */
  async #holdingToken() {
    if (this.#tokenEnded) {
      return access.renew(this.#token);
    }
    if (this.#ungreeted) {
      // Renews the token if that is why, and fails without a try where no server is.
      await get('/auth/me');
    }
    return access.token();
  }

  #open(token) {
    // Browsers let a script set no header here; the subprotocols are the one place for a token that no log shows.
    const socket = new WebSocket(
      `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${PATH}`, ['hone', `bearer.${token}`]);
    this.#socket = socket;
    this.#token = token;
    this.#tokenEnded = false;
    this.#ungreeted = true;
    socket.onmessage = (message) => socket === this.#socket && this.#receive(message.data);
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) {
        this.#tokenEnded = code === ACCESS_ENDED;
        this.#lost();
      }
    };
    this.#expect(10_000);
  }

  /** The connection ends with the token it was opened with, unless it hears of the next one. */
  #extend(token) {
    if (this.state === 'live') {
      this.#token = token;
      this.#send({ type: 'authenticate', token });
    }
  }

  #lost() {
    clearTimeout(this.#watch);
    this.#socket = null;
    this.#acknowledged.clear();
    // A server that greets and hangs up at once must not be tried ever faster.
    if (this.state === 'live' && performance.now() - this.#liveSince > STABLE_MS) {
      this.#tries = 0;
    }
    const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#tries++);
    const pause = ceiling / 2 + Math.random() * ceiling / 2;
    this.retryAt = Date.now() + pause;
    this.#retry = setTimeout(() => this.#connect(), pause);
    this.#become('lost');
  }

  /** @param {string} text */
  #receive(text) {
    const message = JSON.parse(text);
    this.#expect(this.#heartbeatMs * 2.5);
    switch (message.type) {
      case 'hello':
        this.#hello(message);
        break;
      case 'subscribed':
        this.#subscribed(message);
        break;
      case 'event':
        this.#deliver(message);
        break;
      case 'resync':
        this.#reload(() => true);
        break;
      case 'error':
        console.warn('live:', message.detail);
        break;
    }
    if (typeof message.seq === 'number' && message.type !== 'hello') {
      this.#lastSeq = message.seq;
    }
  }

  #hello(message) {
    this.#ungreeted = false;
    this.#heartbeatMs = (message.heartbeat_seconds ?? 20) * 1000;
    this.#liveSince = performance.now();
    const topics = [...new Set([...this.#listeners].flatMap((listener) => [...listener.topics]))];
    if (topics.length > 0) {
      this.#resuming = this.#lastSeq !== null;
      this.#send({ type: 'subscribe', topics, ...(this.#resuming ? { last_seq: this.#lastSeq } : {}) });
    }
    this.#lastSeq ??= message.seq ?? null;
    this.#become('live');
  }

  #subscribed(message) {
    message.topics.forEach((topic) => this.#acknowledged.add(topic));
    for (const listener of this.#listeners) {
      if (listener.waiting && [...listener.topics].every((topic) => this.#acknowledged.has(topic))) {
        listener.waiting = false;
        listener.acknowledge();
        if (performance.now() > listener.deadline) {
          listener.handler({ topic: null, event: 'resync', data: {} });
        }
      }
    }
    const missed = this.#resuming && message.resumed === false;
    this.#resuming = false;
    if (missed) {
      this.#reload((listener) => message.topics.some((topic) => listener.topics.has(topic)));
    }
  }

  #deliver(message) {
    for (const listener of [...this.#listeners]) {
      if (listener.topics.has(message.topic)) {
        listener.handler(message);
      }
    }
  }

  /** @param {(listener: Listener) => boolean} concerns */
  #reload(concerns) {
    for (const listener of [...this.#listeners].filter(concerns)) {
      listener.handler({ topic: null, event: 'resync', data: {} });
    }
  }

  #giveUp(topics) {
    const unused = topics.filter((topic) => this.#acknowledged.has(topic)
      && ![...this.#listeners].some((listener) => listener.topics.has(topic)));
    if (unused.length > 0) {
      unused.forEach((topic) => this.#acknowledged.delete(topic));
      this.#send({ type: 'unsubscribe', topics: unused });
    }
  }

  /** @param {number} ms when nothing at all came for so long, the connection counts as lost */
  #expect(ms) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      const socket = this.#socket;
      this.#lost();
      socket?.close();
    }, ms);
  }

  #probe() {
    this.#send({ type: 'ping' });
    this.#expect(5000);
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(message));
    }
  }

  #become(state) {
    if (state === 'lost') {
      this.lostAt ??= Date.now();
    } else {
      this.lostAt = null;
      this.retryAt = null;
    }
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }
}

export const live = new Live();
