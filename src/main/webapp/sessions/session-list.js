import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { HoneElement } from '../lib/element.js';
import { DEFAULT_COLUMNS, columnsShown, gridOf } from './columns.js';
import { headRow, sessionRow } from './session-row.js';

const OVERSCAN = 8;
/** More is asked for when so few rows are left below. */
const NEAR_END = 15;
const NAME_PX = 230;
const GAPS_PX = 12;

/**
 * A list of any length that draws only the rows in sight. All rows are equally high (`--row`). The style sheet says
 * whether the list scrolls by itself or with the page.
 *
 * @property {import('./session-rows.js').Row[]} rows
 * @property {string[]} columns keys of the columns
 * @property {string} sort
 * @property {boolean} foldable whether sessions unfold their children
 * @property {boolean} sortable whether headings sort, by the address
 * @property {ReadonlySet<string>|null} selected ids; null where nothing can be selected
 * @property {unknown} end what stands below the last row
 * @fires near-end when the last rows come into sight
 * @fires toggle with a session's id, to fold or unfold it
 * @fires more-children with a session's id, to load more of its children
 * @fires select with the row's index and whether all from the row selected before are meant
 * @fires select-all with whether all are selected or none
 */
class SessionList extends HoneElement {
  static properties = {
    rows: { attribute: false },
    columns: { attribute: false },
    sort: {},
    foldable: { type: Boolean },
    sortable: { type: Boolean },
    selected: { attribute: false },
    end: { attribute: false },
    range: { state: true, hasChanged: (a, b) => a?.first !== b?.first || a?.last !== b?.last },
  };

  #rowHeight = 52;
  #onScroll = () => this.#measure();

  constructor() {
    super();
    this.rows = [];
    this.columns = DEFAULT_COLUMNS;
    this.sort = '';
    this.foldable = false;
    this.sortable = false;
    this.selected = null;
    this.end = nothing;
    this.range = { first: 0, last: 40 };
  }

  connectedCallback() {
    super.connectedCallback();
    // Scrolling does not bubble: captured, it is heard whichever box scrolls.
    addEventListener('scroll', this.#onScroll, { passive: true, capture: true });
    addEventListener('resize', this.#onScroll);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('scroll', this.#onScroll, { capture: true });
    removeEventListener('resize', this.#onScroll);
  }

  render() {
    const first = Math.min(this.range.first, Math.max(0, this.rows.length - 1));
    const shown = this.rows.slice(first, this.range.last);
    const list = this.#context();
    return html`
      <div class="session-list session-scroll">
        <div class="session-table" role="table" aria-label="Sessions" aria-rowcount=${this.rows.length + 1} aria-colcount=${list.columns.length + 1}>
          <div role="rowgroup" class="session-list-head">${headRow(list, this.rows)}</div>
          <div role="rowgroup" class="session-list-body">
            ${repeat(shown, ({ key }) => key, (row, i) => sessionRow(row, first + i, list))}
          </div>
        </div>
        ${this.end}
      </div>`;
  }

  /** @returns {import('./session-row.js').RowContext} */
  #context() {
    const say = (name, detail) => this.dispatchEvent(new CustomEvent(name, { detail }));
    return {
      columns: columnsShown(this.columns, this.sort),
      sort: this.sort,
      foldable: this.foldable,
      sortable: this.sortable,
      selected: this.selected,
      toggle: (id) => say('toggle', id),
      more: (id) => say('more-children', id),
      select: (index, event) => say('select', { index, range: event.shiftKey }),
      selectAll: (on) => say('select-all', on),
    };
  }

  updated() {
    const columns = columnsShown(this.columns, this.sort);
    // Through the object model: the CSP forbids style attributes only.
    this.style.setProperty('--columns', gridOf(columns));
    this.style.setProperty('--list-width', `${columns.reduce((sum, { width }) => sum + width + GAPS_PX, NAME_PX + 2 * GAPS_PX)}px`);
    // Before anything is measured: what were too short for a moment would scroll up.
    const body = this.#body;
    const first = Math.min(this.range.first, Math.max(0, this.rows.length - 1));
    const last = Math.min(this.range.last, this.rows.length);
    body.style.paddingTop = `${first * this.#rowHeight}px`;
    body.style.paddingBottom = `${(this.rows.length - last) * this.#rowHeight}px`;
    this.#measure();
  }

  /** @returns {number} pixels of the list that are scrolled out of sight */
  get scrolled() {
    return Math.max(scrollY, this.#scroller?.scrollTop ?? 0);
  }

  scrollToTop() {
    this.#scroller.scrollTop = 0;
    scrollTo(0, 0);
  }

  /**
   * @param {number} index
   * @returns {Promise<void>}
   */
  async focusRow(index) {
    const { top, bottom } = this.#sight();
    const place = this.#body.getBoundingClientRect().top + index * this.#rowHeight;
    if (place < top || place > bottom - 2 * this.#rowHeight) {
      const by = place < top ? place - top - this.#rowHeight : place - bottom + 3 * this.#rowHeight;
      (this.#scrollsItself ? this.#scroller : window).scrollBy({ top: by, behavior: 'instant' });
      this.#measure();
      await this.updateComplete;
    }
    this.querySelector(`[data-index="${index}"] a, [data-index="${index}"] .link-button`)?.focus({ preventScroll: true });
  }

  get #body() {
    return this.querySelector('.session-list-body');
  }

  get #scroller() {
    return this.querySelector('.session-scroll');
  }

  get #scrollsItself() {
    return this.#scroller.scrollHeight > this.#scroller.clientHeight + 1;
  }

  /** The part of the window that rows can be seen in. */
  #sight() {
    const box = this.#scroller.getBoundingClientRect();
    const head = this.querySelector('.session-list-head').offsetHeight;
    return { top: Math.max(0, box.top + head), bottom: Math.min(innerHeight, box.bottom) };
  }

  #measure() {
    if (!this.hasUpdated) {
      return;
    }
    this.#rowHeight = parseFloat(getComputedStyle(this).getPropertyValue('--row')) || this.#rowHeight;
    const start = this.#body.getBoundingClientRect().top;
    const { top, bottom } = this.#sight();
    const first = Math.max(0, Math.floor((top - start) / this.#rowHeight) - OVERSCAN);
    const last = Math.max(first, Math.ceil((bottom - start) / this.#rowHeight) + OVERSCAN);
    this.range = { first, last };
    if (last > this.rows.length - NEAR_END) {
      this.dispatchEvent(new Event('near-end'));
    }
  }
}

customElements.define('hone-session-list', SessionList);
