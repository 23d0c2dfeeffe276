import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { words } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { DEFAULT_COLUMNS, MOST_COLUMNS, column, columnsOf, kindOf } from './columns.js';
import '../lib/popup.js';

const KINDS = { metric: 'Metric', param: 'Parameter', tag: 'Tag' };
const OFFERED = 60;

/**
 * Chooses the columns of a list and their order.
 *
 * @property {string[]} chosen keys, in order
 * @property {() => import('./columns.js').Column[]} available asked while the menu is open
 * @fires columns with the new keys
 */
class ColumnMenu extends HoneElement {
  static properties = {
    chosen: { attribute: false },
    available: { attribute: false },
    wanted: { state: true },
  };

  /** The column under the pointer while it is dragged. @type {string|null} */
  #dragged = null;

  constructor() {
    super();
    this.chosen = DEFAULT_COLUMNS;
    this.available = () => [];
    this.wanted = '';
  }

  render() {
    return html`<hone-popup label="Columns" picture="columns" test="columns" @opened=${() => { this.wanted = ''; }}
      .content=${() => this.#content()}></hone-popup>`;
  }

  #content() {
    return html`
      <label class="field"><span class="label">Add a column</span>
        <input data-test="column-search" autofocus autocomplete="off" spellcheck="false" maxlength="200" placeholder="Field, metric, parameter or tag"
               .value=${this.wanted} @input=${(event) => { this.wanted = event.target.value; }} @keydown=${(event) => this.#enter(event)}></label>
      <ul class="column-offers" aria-label="Columns to add">${this.#offers().map(this.#offer)}</ul>
      <p class="label">Shown beside the name</p>
      <ol class="column-list" aria-label="Columns shown">
        ${repeat(columnsOf(this.chosen), ({ key }) => key, (one, i) => this.#shown(one, i))}
      </ol>
      ${String(this.chosen) === String(DEFAULT_COLUMNS) ? nothing : html`
        <button type="button" class="link-button" data-test="columns-reset" @click=${() => this.#choose(DEFAULT_COLUMNS)}>Back to the usual columns</button>`}`;
  }

  #offer = (one) => html`
    <li><button type="button" class="column-offer" data-test="add-${one.key}" @click=${() => this.#add(one)}>
      ${icon('plus')} <span class="column-name">${foreign(one.label, 60)}</span>
      <span class="quiet">${KINDS[kindOf(one)] ?? nothing}</span></button></li>`;

  #shown({ key, label }, i) {
    const last = this.chosen.length - 1;
    const move = (to, name, picture) => html`<button type="button" class="icon-button" data-test="${name}-${key}"
      aria-label="Move ${label} ${name}" ?disabled=${to < 0 || to > last} @click=${() => this.#move(key, to, name)}>${icon(picture)}</button>`;
    return html`
      <li class="column-item" draggable="true" data-key=${key} @dragstart=${() => { this.#dragged = key; }}
          @dragover=${(event) => event.preventDefault()} @drop=${(event) => this.#drop(event, i)}>
        <span class="column-name">${foreign(label, 60)} <span class="quiet">${KINDS[kindOf({ key })] ?? nothing}</span></span>
        ${move(i - 1, 'up', 'up')}${move(i + 1, 'down', 'down')}
        <button type="button" class="icon-button" data-test="remove-${key}" aria-label="Remove ${label}" ?disabled=${last === 0}
                @click=${() => this.#remove(key, i)}>${icon('cross')}</button>
      </li>`;
  }

  /** What fits what is typed; a key that no session at hand has can be asked for by its name. */
  #offers() {
    const wanted = this.wanted.trim();
    const found = this.available().filter(({ key, label }) => !this.chosen.includes(key)
      && `${label} ${KINDS[kindOf({ key })] ?? ''} ${words(key)}`.toLowerCase().includes(wanted.toLowerCase()));
    const exact = (kind) => [...this.chosen, ...found.map(({ key }) => key)].includes(`${kind}:${wanted}`);
    const named = wanted === '' || found.length > 3 ? [] : Object.keys(KINDS).filter((kind) => !exact(kind)).map((kind) => column(`${kind}:${wanted}`));
    const whole = column(wanted);
    return [...found.slice(0, OFFERED), ...(whole && kindOf(whole) && !this.chosen.includes(wanted) ? [whole] : named)];
  }

  #enter(event) {
    if (event.key === 'Enter') {
      event.preventDefault();
      const [first] = this.#offers();
      if (first && this.wanted.trim()) {
        this.#add(first);
      }
    }
  }

  #add(one) {
    this.wanted = '';
    this.#choose([...this.chosen, one.key].slice(0, MOST_COLUMNS));
    announce(`Column ${one.label} added`);
    this.querySelector('[data-test=column-search]').focus();
  }

  async #remove(key, i) {
    this.#choose(this.chosen.filter((one) => one !== key));
    announce('Column removed');
    await this.#drawn();
    const items = this.querySelectorAll('.column-item');
    items[Math.min(i, items.length - 1)].querySelector('button:not(:disabled)')?.focus();
  }

  async #move(key, to, name) {
    const rest = this.chosen.filter((one) => one !== key);
    this.#choose(rest.toSpliced(to, 0, key));
    announce(`Column ${to + 1} of ${this.chosen.length}`);
    await this.#drawn();
    // Moved elements lose the focus; at an end only the other way is left.
    const item = this.querySelector(`.column-item[data-key="${CSS.escape(key)}"]`);
    (item.querySelector(`[data-test^="${name}-"]:not(:disabled)`) ?? item.querySelector('button:not(:disabled)')).focus();
  }

  #drop(event, to) {
    event.preventDefault();
    if (this.#dragged !== null) {
      this.#choose(this.chosen.filter((one) => one !== this.#dragged).toSpliced(to, 0, this.#dragged));
      this.#dragged = null;
    }
  }

  #choose(keys) {
    this.chosen = keys;
    this.dispatchEvent(new CustomEvent('columns', { detail: keys }));
  }

  async #drawn() {
    await this.updateComplete;
    await this.querySelector('hone-popup').updateComplete;
  }
}

customElements.define('hone-column-menu', ColumnMenu);
