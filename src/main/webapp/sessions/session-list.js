import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { HoneElement } from '../lib/element.js';
import { headRow, sessionRow } from './session-row.js';

const OVERSCAN = 8;
/** More is asked for when so few rows are left below. */
const NEAR_END = 15;

/**
 * A list of any length that draws only the rows in sight. All rows are equally high (`--row`).
 *
 * @property {import('./session-rows.js').Row[]} rows
 * @property {string} sort
 * @property {boolean} foldable whether sessions unfold their children
 * @fires near-end when the last rows come into sight
 * @fires toggle with a session's id, to fold or unfold it
 */
class SessionList extends HoneElement {
  static properties = {
    rows: { attribute: false },
    sort: {},
    foldable: { type: Boolean },
    range: { state: true, hasChanged: (a, b) => a?.first !== b?.first || a?.last !== b?.last },
  };

  #rowHeight = 52;
  #onScroll = () => this.#measure();

  constructor() {
    super();
    this.rows = [];
    this.sort = '';
    this.foldable = false;
    this.range = { first: 0, last: 40 };
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('scroll', this.#onScroll, { passive: true });
    addEventListener('resize', this.#onScroll);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('scroll', this.#onScroll);
    removeEventListener('resize', this.#onScroll);
  }

  render() {
    const first = Math.min(this.range.first, Math.max(0, this.rows.length - 1));
    const shown = this.rows.slice(first, this.range.last);
    return html`
      <div class="session-list" role="table" aria-label="Sessions" aria-rowcount=${this.rows.length + 1}>
        <div role="rowgroup">${headRow(this.sort)}</div>
        <div role="rowgroup" class="session-list-body">
          ${repeat(shown, ({ key }) => key, (row, i) => sessionRow(row, {
            index: first + i,
            sort: this.sort,
            foldable: this.foldable,
            toggle: (id) => this.dispatchEvent(new CustomEvent('toggle', { detail: id })),
          }))}
        </div>
      </div>`;
  }

  updated() {
    this.#measure();
    const body = this.#body;
    const first = Math.min(this.range.first, Math.max(0, this.rows.length - 1));
    const last = Math.min(this.range.last, this.rows.length);
    body.style.paddingTop = `${first * this.#rowHeight}px`;
    body.style.paddingBottom = `${(this.rows.length - last) * this.#rowHeight}px`;
  }

  /**
   * @param {number} index
   * @returns {Promise<void>}
   */
  async focusRow(index) {
    const top = this.#body.getBoundingClientRect().top + index * this.#rowHeight;
    if (top < this.#rowHeight || top > innerHeight - 2 * this.#rowHeight) {
      scrollBy({ top: top - innerHeight / 2, behavior: 'instant' });
      this.#measure();
      await this.updateComplete;
    }
    this.querySelector(`[data-index="${index}"] a`)?.focus({ preventScroll: true });
  }

  get #body() {
    return this.querySelector('.session-list-body');
  }

  #measure() {
    this.#rowHeight = parseFloat(getComputedStyle(this).getPropertyValue('--row')) || this.#rowHeight;
    const { top } = this.#body.getBoundingClientRect();
    const first = Math.max(0, Math.floor(-top / this.#rowHeight) - OVERSCAN);
    const last = Math.max(first, Math.ceil((innerHeight - top) / this.#rowHeight) + OVERSCAN);
    this.range = { first, last };
    if (last > this.rows.length - NEAR_END) {
      this.dispatchEvent(new Event('near-end'));
    }
  }
}

customElements.define('hone-session-list', SessionList);
