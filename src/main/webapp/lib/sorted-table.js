import { html, nothing } from 'lit';
import { HoneElement } from './element.js';

/**
 * A table whose columns sort it.
 *
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {(value: any, row: any) => unknown} [format]
 * @property {boolean} [text] left-aligned and sorted upwards first; others are numbers
 *
 * @property {Column[]} columns the first one names the row
 * @property {any[]} rows
 * @property {string} label
 * @property {string} by the column sorted by at first
 */
class SortedTable extends HoneElement {
  static properties = {
    columns: { attribute: false },
    rows: { attribute: false },
    label: {},
    by: {},
    up: { state: true },
  };

  constructor() {
    super();
    this.columns = [];
    this.rows = [];
    this.label = '';
    this.by = '';
    this.up = false;
  }

  render() {
    const direction = this.up ? 1 : -1;
    const rows = [...this.rows].sort((a, b) => direction * compare(a[this.by], b[this.by]));
    return html`
      <div class="scroll-x" tabindex="0" role="group" aria-label=${this.label}>
        <table class="table table-sorted">
          <thead><tr>${this.columns.map((column) => this.#head(column))}</tr></thead>
          <tbody>${rows.map((row) => html`<tr>${this.columns.map((column, i) => cell(column, row, i))}</tr>`)}</tbody>
        </table>
      </div>`;
  }

  #head({ key, label, text }) {
    const active = key === this.by;
    return html`
      <th scope="col" class=${text ? '' : 'number'} aria-sort=${active ? (this.up ? 'ascending' : 'descending') : nothing}>
        <button type="button" class="table-sort" ?data-active=${active} @click=${() => this.#sort(key, Boolean(text))}>
          ${label}<span aria-hidden="true">${active ? (this.up ? '↑' : '↓') : ''}</span></button></th>`;
  }

  #sort(key, upFirst) {
    this.up = key === this.by ? !this.up : upFirst;
    this.by = key;
  }
}

function cell({ key, format = String, text }, row, i) {
  const content = format(row[key], row);
  return i === 0 ? html`<th scope="row">${content}</th>` : html`<td class=${text ? '' : 'number'}>${content}</td>`;
}

function compare(a, b) {
  return typeof a === 'string' ? a.localeCompare(b) : (a ?? -Infinity) - (b ?? -Infinity);
}

customElements.define('hone-sorted-table', SortedTable);
