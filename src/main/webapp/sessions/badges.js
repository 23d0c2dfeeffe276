import { html } from 'lit';
import { percent, words } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import '../lib/meter.js';

const STATUS = {
  pending: ['idle', 'hollow'],
  running: ['busy', 'half'],
  paused: ['warn', 'bars'],
  completed: ['good', 'check'],
  failed: ['bad', 'cross'],
  cancelled: ['idle', 'slash'],
};
const VERDICT = {
  met: ['good', 'check'],
  not_met: ['bad', 'cross'],
  undecided: ['warn', 'question'],
};

const SEVERITY = {
  info: ['idle', 'hollow'],
  warning: ['warn', 'warning'],
  error: ['bad', 'cross'],
  critical: ['bad', 'warning'],
};

/** @param {string} severity of a failure */
export function severityBadge(severity) {
  return badge(SEVERITY[severity], words(severity), `severity-${severity}`);
}

/** @param {string} status */
export function statusTone(status) {
  return STATUS[status]?.[0] ?? 'idle';
}

/** @param {string} status */
export function statusBadge(status) {
  return badge(STATUS[status], words(status), `status-${status}`);
}

/** @param {string|null} verdict null where no criteria were asked for */
export function verdictBadge(verdict) {
  return verdict === null
    ? html`<span class="quiet" title="No criteria">–</span>`
    : badge(VERDICT[verdict], words(verdict), `verdict-${verdict}`);
}

/**
 * @param {import('./sessions-api.js').Session} session
 */
export function progressBar({ progress, status }) {
  if (progress === null) {
    return html`<span class="quiet">–</span>`;
  }
  return html`
    <span class="progress">
      <hone-meter class="tone-${statusTone(status)}" .value=${progress} label="Progress"></hone-meter>
      <span class="progress-text">${percent(Math.floor(progress * 1000) / 1000)}</span>
    </span>`;
}

function badge([tone, picture] = ['idle', 'question'], text, test) {
  return html`<span class="badge tone-${tone}" data-test=${test}>${icon(picture)}${text}</span>`;
}
