import { html } from 'lit';
import { HoneElement } from './element.js';
import { NONE, localTime, relativeTime, utcTime } from './format.js';

const TICK_MS = 15_000;
const shown = new Set();

// One clock for all relative times of the page.
setInterval(() => {
  if (!document.hidden) {
    shown.forEach((element) => element.requestUpdate());
  }
}, TICK_MS);

/**
 * A moment: local time (or how long ago, with `relative`), and UTC in the tooltip.
 *
 * @property {string|null} at RFC 3339
 * @property {boolean} relative
 */
class Time extends HoneElement {
  static properties = {
    at: { attribute: false },
    relative: { type: Boolean },
  };

  connectedCallback() {
    super.connectedCallback();
    if (this.relative) {
      shown.add(this);
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    shown.delete(this);
  }

  render() {
    if (!this.at) {
      return html`<span class="quiet">${NONE}</span>`;
    }
    const text = this.relative ? relativeTime(this.at) : localTime(this.at);
    const tooltip = `${this.relative ? `${localTime(this.at)} local time\n` : ''}${utcTime(this.at)}`;
    return html`<time datetime=${this.at} title=${tooltip}>${text}</time>`;
  }
}

customElements.define('hone-time', Time);
