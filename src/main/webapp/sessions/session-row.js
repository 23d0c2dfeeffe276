import { html, nothing } from 'lit';
import { foreign } from '../lib/element.js';
import { duration, metric, words } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { progressBar, statusBadge, verdictBadge } from './badges.js';
import { byInterest } from './metric-order.js';

const METRICS_SHOWN = 2;

/**
 * One line of the list. Cells have roles of their own, since the list is not a `<table>`: rows come and go with
 * scrolling and are laid out as cards on a phone.
 *
 * @param {import('./session-rows.js').Row} row
 * @param {{index: number, sort: string, foldable: boolean, toggle: (id: string) => void}} list
 */
export function sessionRow(row, { index, sort, foldable, toggle }) {
  if (row.note) {
    return noteRow(row, index);
  }
  const { session, children } = row.entry;
  const byUpdate = sort.endsWith('updated_at');
  return html`
    <div class="session-row ${row.depth > 0 ? 'is-child' : ''}" role="row" aria-rowindex=${index + 2}
         data-test="session-row" data-id=${session.id} data-index=${index}>
      <div class="cell-name" role="cell">
        ${row.depth > 0 || !foldable ? html`<span class="fold"></span>` : html`
          <button type="button" class="fold" aria-expanded=${children !== null} @click=${() => toggle(session.id)}
                  aria-label="Child sessions" title="Child sessions">${icon('chevron')}</button>`}
        <span class="name-lines">
          <a href="/sessions/${session.id}" title=${session.name}>${foreign(session.name, 120)}</a>
          ${row.depth > 0 ? nothing : html`<span class="quiet name-sub">
            ${words(session.technique)} · ${foreign(session.model, 60)} · ${foreign(session.project, 40)}</span>`}
        </span>
      </div>
      <div class="cell-status" role="cell">${statusBadge(session.status)}</div>
      <div class="cell-progress" role="cell">${progressBar(session)}</div>
      <div class="cell-verdict" role="cell">${verdictBadge(session.verdict)}</div>
      <div class="cell-metrics" role="cell">${metricPairs(session, sort)}</div>
      <div class="cell-duration number" role="cell">${duration(session.duration_ms)}</div>
      <div class="cell-time" role="cell"><hone-time relative .at=${byUpdate ? session.updated_at : session.created_at}></hone-time></div>
    </div>`;
}

/** @param {string} sort */
export function headRow(sort) {
  return html`
    <div class="session-row session-head" role="row" aria-rowindex="1">
      ${['Session', 'Status', 'Progress', 'Verdict', 'Metrics'].map((name) => html`
        <div role="columnheader" class="cell-${name === 'Session' ? 'name' : name.toLowerCase()}">${name}</div>`)}
      <div role="columnheader" class="cell-duration number">Duration</div>
      <div role="columnheader" class="cell-time">${sort.endsWith('updated_at') ? 'Updated' : 'Created'}</div>
    </div>`;
}

function noteRow(row, index) {
  return html`
    <div class="session-row is-child is-note" role="row" aria-rowindex=${index + 2} data-index=${index}>
      <div class="cell-note quiet" role="cell" aria-colspan="7">
        ${row.note === 'more' ? html`<a href="/sessions?parent=${row.parent}">All child sessions</a>` : row.note}
      </div>
    </div>`;
}

function metricPairs({ metrics }, sort) {
  const wanted = /^-?metric:(.+)$/.exec(sort)?.[1];
  const keys = byInterest(Object.keys(metrics), wanted).slice(0, METRICS_SHOWN);
  return keys.length === 0 ? nothing : html`
    <dl class="pairs">${keys.map((key) => html`
      <div><dt title=${key}>${foreign(key, 40)}</dt><dd title=${String(metrics[key].last)}>${metric(key, metrics[key].last)}</dd></div>`)}
    </dl>`;
}
