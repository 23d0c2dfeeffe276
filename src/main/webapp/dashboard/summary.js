import { html, nothing, svg } from 'lit';
import { duration, percent, whole } from '../lib/format.js';
import { STATUSES, VERDICTS } from '../sessions/sessions-api.js';
import { statusBadge, statusTone, verdictBadge } from '../sessions/badges.js';

/** @typedef {(filters: Record<string, string|string[]>) => string} SessionsLink to the sessions that a figure counts */

/**
 * How many sessions there are, and how many of each status, as one bar and a count to click on.
 *
 * @param {{total: number, by_status: Record<string, number>}} sessions
 * @param {SessionsLink} link
 */
export function statusLedger({ total, by_status: counts }, link) {
  return html`
    <p class="ledger-total"><a href=${link({})}><span class="figure" data-test="total">${whole(total)}</span> ${total === 1 ? 'session' : 'sessions'}</a></p>
    ${stackedBar(STATUSES.map((status) => [statusTone(status), counts[status]]), total)}
    <ul class="ledger">${STATUSES.map((status) => html`
      <li><a href=${link({ status })} data-test="count-${status}">
        <span class="ledger-count">${whole(counts[status])}</span>${statusBadge(status)}</a></li>`)}
    </ul>`;
}

/**
 * @param {{success_rate: number|null, by_status: Record<string, number>}} sessions
 * @param {SessionsLink} link
 */
export function successRate({ success_rate: rate, by_status: counts }, link) {
  const ended = counts.completed + counts.failed;
  return html`
    <h2 id="success">Success rate</h2>
    <p class="figure" data-test="success-rate">${percent(rate)}</p>
    <p class="quiet">${ended === 0 ? 'Nothing has ended yet'
      : html`${whole(counts.completed)} completed of <a href=${link({ status: ['completed', 'failed'] })}
      data-test="ended">${whole(ended)} that ended</a>`}</p>`;
}

/**
 * @param {{avg: number|null, p50: number|null, p95: number|null}} times
 * @param {SessionsLink} link
 */
export function durations({ avg, p50, p95 }, link) {
  return html`
    <h2 id="durations">Duration</h2>
    <p class="figure" data-test="duration-p50">${duration(p50)}</p>
    <p class="quiet">median · <span class="unbroken">average ${duration(avg)}</span> · <span class="unbroken">95% under ${duration(p95)}</span>
      ${p95 === null ? nothing : html`· <a class="unbroken" href=${link({ sort: '-duration' })} data-test="longest">the longest</a>`}</p>`;
}

/**
 * @param {Record<string, number>} counts
 * @param {SessionsLink} link
 */
export function verdicts(counts, link) {
  const total = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
  return html`
    <h2 id="verdicts">Verdicts</h2>
    ${total === 0 ? html`<p class="quiet">No session was judged by criteria</p>` : html`
      ${stackedBar([['good', counts.met], ['bad', counts.not_met], ['warn', counts.undecided]], total)}
      <ul class="ledger ledger-three">${VERDICTS.map((verdict) => html`
        <li><a href=${link({ verdict })} data-test="count-${verdict}">
          <span class="ledger-count">${whole(counts[verdict])}</span>${verdictBadge(verdict)}</a></li>`)}
      </ul>`}`;
}

/**
 * @param {[string, number][]} parts tone and count
 * @param {number} total
 */
function stackedBar(parts, total) {
  let from = 0;
  return html`<svg class="stacked-bar" aria-hidden="true">${parts.map(([tone, count]) => {
    const [x, width] = [from, count / total * 100];
    from += width;
    return svg`<rect class="tone-${tone}" x="${x}%" width="${width}%" height="100%"/>`;
  })}</svg>`;
}
