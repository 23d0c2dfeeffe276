import { html } from 'lit';
import { HoneElement } from '../lib/element.js';
import { duration } from '../lib/format.js';

/**
 * How long a running session may still be silent. Heartbeats renew a lease without a word, so what is known from the last
 * update is the least that is left.
 *
 * @property {number} seconds of the lease
 * @property {string} since the last update
 */
class LeaseLeft extends HoneElement {
  static properties = {
    seconds: { attribute: false },
    since: { attribute: false },
  };

  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (!document.hidden) {
        this.requestUpdate();
      }
    }, 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  render() {
    const left = Math.floor(this.seconds - (Date.now() - Date.parse(this.since)) / 1000);
    return left > 0
      ? html`<span title="Each step, change or heartbeat starts the lease of ${duration(this.seconds * 1000)} anew">at least ${duration(left * 1000)} left</span>`
      : html`<span title="Heartbeats keep it without a change to the session; without them it will count as abandoned">
          silent for longer; only heartbeats keep it</span>`;
  }
}

customElements.define('hone-lease-left', LeaseLeft);
