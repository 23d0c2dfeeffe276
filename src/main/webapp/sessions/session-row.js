import { html, nothing } from 'lit';
import { live as inSync } from 'lit/directives/live.js';
import { foreign } from '../lib/element.js';
import { whole, words } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { withQuery } from '../lib/router.js';
import { kindOf } from './columns.js';

/**
 * @typedef {object} RowContext what the rows of a list have in common
 * @property {import('./columns.js').Column[]} columns
 * @property {string} sort
 * @property {boolean} foldable whether sessions unfold their children
 * @property {boolean} sortable whether headings are links that sort
 * @property {ReadonlySet<string>|null} selected null where nothing can be selected
 * @property {(id: string) => void} toggle
 * @property {(id: string) => void} more
 * @property {(index: number, event: MouseEvent) => void} select
 * @property {(on: boolean) => void} selectAll
 */

/**
 * One line of the list. Cells have roles of their own, since the list is not a `<table>`: rows come and go with
 * scrolling and are laid out as cards on a phone.
 *
 * @param {import('./session-rows.js').Row} row
 * @param {number} index
 * @param {RowContext} list
 */
export function sessionRow(row, index, list) {
  if (row.note) {
    return noteRow(row, index, list);
  }
  const { session, children } = row.entry;
  const selected = list.selected?.has(session.id) ?? false;
  return html`
    <div class="session-row ${row.depth > 0 ? 'is-child' : ''} ${selected ? 'is-selected' : ''}" role="row" aria-rowindex=${index + 2}
         data-test="session-row" data-id=${session.id} data-index=${index}>
      <div class="cell-name" role="cell">
        ${list.selected === null ? nothing : html`<label class="pick"><input type="checkbox" .checked=${inSync(selected)}
          data-test="select" aria-label="Select ${session.name.slice(0, 80)}" @click=${(event) => list.select(index, event)}></label>`}
        ${row.depth > 0 || !list.foldable || !session.children ? html`<span class="fold"></span>` : foldButton(session, children !== null, list)}
        <span class="name-lines">
          <a href="/sessions/${session.id}" title=${session.name}>${foreign(session.name, 120)}</a>
          ${row.depth > 0 ? nothing : html`<span class="quiet name-sub">
            ${list.foldable && session.children ? html`<span class="name-children">${whole(session.children)} child ${session.children === 1 ? 'session' : 'sessions'} ·</span>` : nothing}
            ${words(session.technique)} · ${foreign(session.model, 60)} · ${foreign(session.project, 40)}</span>`}
        </span>
      </div>
      ${list.columns.map((column) => html`
        <div class="cell-${column.kind} ${column.number ? 'number' : ''}" role="cell" data-label=${column.label}>${column.cell(session, list.sort)}</div>`)}
    </div>`;
}

function foldButton({ id, children }, open, list) {
  const label = `${whole(children)} child ${children === 1 ? 'session' : 'sessions'}`;
  return html`
    <button type="button" class="fold" data-test="fold" aria-expanded=${open} @click=${() => list.toggle(id)}
            aria-label=${label} title=${label}>${icon('chevron')}</button>`;
}

/**
 * @param {RowContext} list
 * @param {import('./session-rows.js').Row[]} rows all of the list
 */
export function headRow(list, rows) {
  return html`
    <div class="session-row session-head" role="row" aria-rowindex="1">
      <div role="columnheader" class="cell-name">
        ${list.selected === null ? nothing : pickAll(list, rows)}
        <span class="head-name">Session</span></div>
      ${list.columns.map((column) => headCell(column, list))}
    </div>`;
}

function pickAll({ selected, selectAll }, rows) {
  const ids = rows.flatMap(({ entry }) => entry?.session.id ?? []);
  const count = ids.filter((id) => selected.has(id)).length;
  return html`<label class="pick"><input type="checkbox" data-test="select-all" aria-label="Select all loaded"
    .checked=${inSync(count > 0 && count === ids.length)} .indeterminate=${count > 0 && count < ids.length}
    @click=${(event) => selectAll(event.target.checked)}></label>`;
}

/** Sorts downwards first: the newest, the longest and the highest are asked for most. */
function headCell(column, { sort, sortable }) {
  const kind = kindOf(column);
  const label = html`${kind ? html`<span class="visually-hidden">${kind}</span>` : nothing} ${foreign(column.label, 40)}`;
  const classes = `cell-${column.kind} ${column.number ? 'number' : ''}`;
  const title = column.title ?? nothing;
  if (!sortable || !column.sort) {
    return html`<div role="columnheader" class=${classes} title=${title}>${label}</div>`;
  }
  const down = sort === `-${column.sort}`;
  const up = sort === column.sort;
  return html`
    <div role="columnheader" class=${classes} title=${title} aria-sort=${down ? 'descending' : up ? 'ascending' : nothing}>
      <a class="head-sort" href=${withQuery({ sort: down ? column.sort : `-${column.sort}` })} data-test="sort-${column.key}"
         ?data-active=${down || up}>${label}<span class="head-arrow" aria-hidden="true">${up ? '↑' : '↓'}</span></a></div>`;
}

function noteRow({ note, more, parent }, index, list) {
  return html`
    <div class="session-row is-child is-note" role="row" aria-rowindex=${index + 2} data-index=${index}>
      <div class="cell-note quiet" role="cell" aria-colspan=${list.columns.length + 1}>
        ${more ? html`<button type="button" class="link-button" data-test="more-children" @click=${() => list.more(parent)}>${note}</button>` : note}
      </div>
    </div>`;
}
