import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { HoneElement, foreign } from '../lib/element.js';
import { statusBadge, verdictBadge } from '../sessions/badges.js';
import { cellText, difference } from './compare-rows.js';
import { swatch } from './swatch.js';

const OVERSCAN = 6;

/**
 * Sessions side by side. Fifty of them with hundreds of lines are tens of thousands of cells, so only the lines in sight
 * are drawn; all are equally high (`--compare-row`).
 *
 * @property {import('../sessions/sessions-api.js').Session[]} sessions
 * @property {import('./compare-rows.js').Line[]} lines
 * @property {number} baseline index of the session the others are compared with; -1 for none
 */
class CompareTable extends HoneElement {
  static properties = {
    sessions: { attribute: false },
    lines: { attribute: false },
    baseline: { attribute: false },
    range: { state: true, hasChanged: (a, b) => a?.first !== b?.first || a?.last !== b?.last },
  };

  #rowHeight = 44;
  #resize = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    this.sessions = [];
    this.lines = [];
    this.baseline = -1;
    this.range = { first: 0, last: 30 };
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  firstUpdated() {
    this.#resize.observe(this.querySelector('.compare-scroll'));
  }

  render() {
    const { first, last } = this.#shown;
    return html`
      <div class="compare-scroll scroll-x" tabindex="0" role="group" aria-label="Comparison" @scroll=${() => this.#measure()}>
        <table class="compare-table ${this.baseline >= 0 ? 'has-baseline' : ''}" aria-rowcount=${this.lines.length + 1} data-test="compare-table">
          <thead><tr aria-rowindex="1"><th scope="col" class="compare-key">Session</th>
            ${this.sessions.map((session, i) => html`
              <th scope="col" data-test="compare-head">
                <span class="compare-name">${swatch(i)} <a href="/sessions/${session.id}" title=${session.name}>${foreign(session.name, 60)}</a></span>
                ${i === this.baseline ? html`<span class="compare-baseline">Baseline</span>` : nothing}</th>`)}</tr></thead>
          <tbody>
            <tr class="spacer" aria-hidden="true"><td></td></tr>
            ${repeat(this.lines.slice(first, last), ({ id }) => id, (line, i) => (line.head ? this.#head(line, first + i) : this.#line(line, first + i)))}
            <tr class="spacer" aria-hidden="true"><td></td></tr>
          </tbody>
        </table>
      </div>`;
  }

  updated() {
    const { first, last } = this.#shown;
    const [before, after] = this.querySelectorAll('.spacer');
    before.style.height = `${first * this.#rowHeight}px`;
    after.style.height = `${Math.max(0, this.lines.length - last) * this.#rowHeight}px`;
    this.#measure();
  }

  get #shown() {
    const first = Math.min(this.range.first, Math.max(0, this.lines.length - 1));
    return { first, last: Math.min(Math.max(this.range.last, first + 1), this.lines.length) };
  }

  #head({ head: { title, lines, differing } }, index) {
    return html`
      <tr class="compare-group" aria-rowindex=${index + 2}>
        <th scope="rowgroup" class="compare-key">${title}</th>
        <td colspan=${this.sessions.length} class="quiet">${differing === 0 ? `all ${lines} the same` : `${differing} of ${lines} differ`}</td></tr>`;
  }

  #line(line, index) {
    const base = this.baseline >= 0 ? line.values[this.baseline] : null;
    return html`
      <tr class=${line.differs ? 'is-differing' : ''} aria-rowindex=${index + 2} data-test="compare-row" data-key=${line.id}>
        <th scope="row" class="compare-key">${line.differs ? html`<span class="differs" title="Differs">≠<span class="visually-hidden"> differs: </span></span>` : nothing}
          <span class="compare-clip">${foreign(line.name, 100)}</span></th>
        ${line.values.map((value, i) => this.#cell(line, value, i, base))}</tr>`;
  }

  #cell(line, value, i, base) {
    const isOther = this.baseline >= 0 && i !== this.baseline && value !== base;
    const change = isOther ? difference(line, value, base) : null;
    return html`
      <td class="${typeof value === 'number' ? 'number' : ''} ${isOther ? 'is-other' : ''}">
        <span class="compare-clip" title=${String(value ?? '')}>${cellContent(line, value)}</span>
        ${change ? html`<span class="compare-change">${change.text}${change.share ? ` (${change.share})` : ''}</span>` : nothing}</td>`;
  }

  #measure() {
    const box = this.querySelector('.compare-scroll');
    const row = parseFloat(getComputedStyle(this).getPropertyValue('--compare-row')) || this.#rowHeight;
    this.#rowHeight = this.baseline >= 0 ? row + 16 : row;
    const first = Math.max(0, Math.floor(box.scrollTop / this.#rowHeight) - OVERSCAN);
    this.range = { first, last: Math.ceil((box.scrollTop + box.clientHeight) / this.#rowHeight) + OVERSCAN };
  }
}

function cellContent(line, value) {
  if (line.id === 'fields/status' && value !== null) {
    return statusBadge(value);
  }
  if (line.id === 'fields/verdict') {
    return verdictBadge(value);
  }
  return typeof value === 'string' ? foreign(cellText(line, value), 120) : cellText(line, value);
}

customElements.define('hone-compare-table', CompareTable);
