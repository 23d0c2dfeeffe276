import { html, nothing } from 'lit';
import { Problem } from './http.js';
import { live } from './live.js';
import { problemPanel, refreshNotice } from './states.js';

const SLOW_MS = 4000;

/**
 * Loads something for an element and knows what to show meanwhile: a skeleton at first, the old content while
 * loading again, a problem with a way to retry. A load that found no server tries again when the live connection is
 * back.
 */
export class Loader {
  value = null;
  /** @type {Problem|null} */
  problem = null;
  loading = false;
  slow = false;
  #host;
  #load;
  #abort = null;
  #again = false;
  #onState = () => {
    if (live.state === 'live' && this.problem?.unreachable) {
      this.run();
    }
  };
  #onVisible = () => this.#catchUp();

  /**
   * @param {import('lit').ReactiveControllerHost} host
   * @param {(signal: AbortSignal) => Promise<any>} load
   */
  constructor(host, load) {
    this.#host = host;
    this.#load = load;
    host.addController(this);
  }

  hostConnected() {
    live.addEventListener('state', this.#onState);
    document.addEventListener('visibilitychange', this.#onVisible);
  }

  hostDisconnected() {
    live.removeEventListener('state', this.#onState);
    document.removeEventListener('visibilitychange', this.#onVisible);
    this.#abort?.abort();
  }

  /**
   * Loads again because something changed. Changes during a load cause one more after it: giving loads up would show
   * nothing new at all while changes come faster than a slow server answers. A page nobody looks at waits.
   */
  refresh() {
    if (this.loading || document.hidden) {
      this.#again = true;
    } else {
      this.run();
    }
  }

  /** Loads, giving up a load still under way. What is shown stays until the new value is there. */
  async run() {
    this.#abort?.abort();
    this.#again = false;
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    const slow = setTimeout(() => {
      this.slow = true;
      this.#host.requestUpdate();
    }, SLOW_MS);
    this.#host.requestUpdate();
    try {
      const value = await this.#load(abort.signal);
      if (!abort.signal.aborted) {
        this.value = value;
        this.problem = null;
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        this.problem = Problem.of(error);
      }
    } finally {
      clearTimeout(slow);
      if (this.#abort === abort) {
        this.loading = false;
        this.slow = false;
        this.#host.requestUpdate();
        this.#catchUp();
      }
    }
  }

  #catchUp() {
    if (this.#again && !this.loading) {
      this.refresh();
    }
  }

  /**
   * @param {(value: any) => unknown} ready
   * @param {unknown} skeleton as large as what will come
   */
  render(ready, skeleton) {
    if (this.value === null) {
      return this.problem ? problemPanel(this.problem, () => this.run()) : html`
        <div class="loading" aria-busy="true">
          ${this.slow ? html`<p class="slow" role="status">The server is slow to answer. Still waiting…</p>` : nothing}
          ${skeleton}
        </div>`;
    }
    return html`
      ${this.problem ? refreshNotice(this.problem, () => this.run()) : nothing}
      ${ready(this.value)}`;
  }
}

/**
 * Keeps an element subscribed to topics while it is in the page. Await `ready` before the first load, so that
 * nothing falls between reading and listening.
 */
export class LiveTopics {
  #topics;
  #handler;
  #subscription = null;

  /**
   * @param {import('lit').ReactiveControllerHost} host
   * @param {() => string[]} topics asked when the element enters the page
   * @param {(event: import('./live.js').LiveEvent) => void} handler
   */
  constructor(host, topics, handler) {
    this.#topics = topics;
    this.#handler = handler;
    host.addController(this);
  }

  hostConnected() {
    this.#subscription = live.subscribe(this.#topics(), this.#handler);
  }

  hostDisconnected() {
    this.#subscription?.close();
    this.#subscription = null;
  }

  /** @returns {Promise<void>} resolved once events arrive, or after a moment */
  get ready() {
    return this.#subscription?.ready ?? Promise.resolve();
  }
}
