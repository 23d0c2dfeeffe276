import { html, nothing } from 'lit';
import { NONE, bytes, decimal, duration, percent, whole } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { stateBadge } from './state-badge.js';
import '../lib/time.js';

/** Adaptations shown; the server keeps some more. */
const SHOWN = 8;

const KINDS = {
  longer: 'Kept longer',
  shorter: 'Kept for a shorter time',
  left_out: 'Left out',
  on_trial: 'Tried again',
  kept: 'Taken back',
};

/**
 * @typedef {object} AnswerGroup
 * @property {string} path
 * @property {number} ttl_seconds
 * @property {number} min_ttl_seconds
 * @property {number} max_ttl_seconds
 * @property {number} unchanged
 * @property {number} changed
 * @property {number} refreshed_ahead
 *
 * @typedef {object} RuleWorth
 * @property {string} pattern
 * @property {boolean} smart
 * @property {'kept'|'left_out'|'on_trial'} state
 * @property {string|null} left_out_until
 * @property {number|null} score
 * @property {number} hits
 * @property {number} stored
 * @property {number} time_saved_ms
 * @property {number} bytes
 * @property {AnswerGroup[]} groups
 *
 * @typedef {{at: string, rule: string, path: string|null, kind: string, from_seconds: number|null, to_seconds: number|null, reason: string}} Adaptation
 *
 * @typedef {{smart: boolean, adapted: number, rules: RuleWorth[], adaptations: Adaptation[]}} RuleReport
 *
 * What each rule of the kept answers is worth, and what smart mode made of it.
 *
 * @param {RuleReport} report
 */
export function rulesPanel({ smart, adapted, rules, adaptations }) {
  return html`
    <div class="scroll-x" tabindex="0" role="group" aria-label="Rules in figures">
      <table class="table" data-test="rules" aria-label="Rules of the kept answers">
        <thead><tr><th scope="col">Rule</th><th scope="col">State</th><th scope="col">Kept for</th><th scope="col" class="number">Hits</th>
          <th scope="col" class="number">Taken in</th><th scope="col" class="number">Time saved</th><th scope="col" class="number">Memory</th>
          <th scope="col" class="number" title="Milliseconds saved for each MiB held">Score</th></tr></thead>
        <tbody>${rules.map((rule) => html`
          <tr data-test="rule" data-pattern=${rule.pattern}>
            <th scope="row"><code>${rule.pattern}</code></th>
            <td>${stateBadge(rule.state)}${rule.left_out_until
              ? html` <span class="quiet">until <hone-time .at=${rule.left_out_until}></hone-time></span>` : nothing}</td>
            ${rule.pattern.startsWith('/gateway/') ? html`<td class="quiet" colspan="6">Counted in <code>llm.response</code></td>` : html`
            <td>${times(rule.groups)}</td>
            <td class="number">${whole(rule.hits)}</td><td class="number">${whole(rule.stored)}</td>
            <td class="number">${duration(rule.time_saved_ms)}</td><td class="number">${bytes(rule.bytes)}</td>
            <td class="number">${rule.score == null ? NONE : decimal(Number(rule.score.toPrecision(3)))}</td>`}
          </tr>`)}</tbody>
      </table>
    </div>
    ${smart ? changes(adapted, adaptations) : html`
      <p class="quiet" data-test="smart-off">Smart mode is off: rules hold as they are written ·
        <a href="/settings?q=hone.cache.api-response.smart">change it</a></p>`}`;
}

/** Templates whose time differs from each other are named. */
function times(groups) {
  if (groups.length === 0) {
    return NONE;
  }
  const [first] = groups;
  const same = groups.every(({ ttl_seconds: ttl }) => ttl === first.ttl_seconds);
  return (same ? [first] : groups.slice(0, 3)).map((group) => html`
    <div title=${about(group)}>${duration(group.ttl_seconds * 1000)}${same ? nothing : html` <code>${group.path}</code>`}</div>`);
}

function about({ min_ttl_seconds: least, max_ttl_seconds: most, unchanged, changed, refreshed_ahead: ahead }) {
  const compared = unchanged + changed;
  return [
    least === most ? 'No bounds to adapt within' : `Between ${duration(least * 1000)} and ${duration(most * 1000)}`,
    compared === 0 ? '' : `${percent(changed / compared)} of ${whole(compared)} compared reloads found a change`,
    ahead === 0 ? '' : `${whole(ahead)} made anew before the end`,
  ].filter((part) => part !== '').join('. ');
}

function changes(adapted, adaptations) {
  return adaptations.length === 0
    ? html`<p class="quiet" data-test="no-adaptation">Nothing was adapted yet. Times change within the bounds of a rule once reloads tell
        what they find.</p>`
    : html`
      <h3 class="adaptations-title">Adapted <span class="quiet">${whole(adapted)} since the start</span></h3>
      <ul class="adaptations" data-test="adaptations">${adaptations.slice(0, SHOWN).map((one) => html`
        <li data-test="adaptation" data-kind=${one.kind}>
          <hone-time relative .at=${one.at}></hone-time>
          <div><p>${KINDS[one.kind] ?? one.kind} <code>${one.path ?? one.rule}</code>${one.to_seconds == null ? nothing : html`:
            ${duration(one.from_seconds * 1000)} ${icon('chevron')} ${duration(one.to_seconds * 1000)}`}</p>
            <p class="quiet">${one.reason}</p></div>
        </li>`)}</ul>`;
}
