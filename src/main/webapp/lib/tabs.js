import { html } from 'lit';
import { HoneElement } from './element.js';

let numbered = 0;

/**
 * Tabs of the usual kind: arrows move between them, one panel shows.
 *
 * @property {string} label what is chosen between
 * @property {{name: string, content: unknown}[]} tabs
 */
class Tabs extends HoneElement {
  static properties = {
    label: {},
    tabs: { attribute: false },
    chosen: { state: true },
  };

  #id = `tabs-${++numbered}`;

  constructor() {
    super();
    this.label = '';
    this.tabs = [];
    this.chosen = 0;
  }

  render() {
    return html`
      <div class="segments tabs" role="tablist" aria-label=${this.label} @keydown=${this.#key}>
        ${this.tabs.map(({ name }, i) => html`
          <button type="button" role="tab" id="${this.#id}-${i}" aria-controls="${this.#id}-panel" aria-selected=${i === this.chosen}
                  tabindex=${i === this.chosen ? 0 : -1} @click=${() => { this.chosen = i; }}>${name}</button>`)}
      </div>
      <div role="tabpanel" id="${this.#id}-panel" aria-labelledby="${this.#id}-${this.chosen}">${this.tabs[this.chosen]?.content}</div>`;
  }

  async #key({ key }) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (by) {
      this.chosen = (this.chosen + by + this.tabs.length) % this.tabs.length;
      await this.updateComplete;
      this.querySelector('[aria-selected="true"]').focus();
    }
  }
}

customElements.define('hone-tabs', Tabs);
