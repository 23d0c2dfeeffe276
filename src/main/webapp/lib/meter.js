import { html, svg } from 'lit';
import { HoneElement } from './element.js';

/**
 * A bar filled to a fraction. SVG attributes set its width, since the CSP allows no inline style.
 *
 * @property {number} value 0..1
 * @property {string} label what it measures; without one it is decoration beside a number
 */
class Meter extends HoneElement {
  static properties = {
    value: { attribute: false },
    label: {},
  };

  constructor() {
    super();
    this.value = 0;
  }

  render() {
    const share = Math.min(1, Math.max(0, this.value)) * 100;
    const filled = svg`<rect width="${share}%" height="100%" rx="4"/>`;
    return this.label
      ? html`
        <svg class="bar" role="progressbar" aria-label=${this.label}
             aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share)}>${filled}</svg>`
      : html`<svg class="bar" aria-hidden="true">${filled}</svg>`;
  }
}

customElements.define('hone-meter', Meter);
