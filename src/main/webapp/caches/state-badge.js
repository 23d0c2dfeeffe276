import { html } from 'lit';
import { words } from '../lib/format.js';
import { icon } from '../lib/icons.js';

const STATES = {
  active: ['good', 'check'],
  connected: ['good', 'check'],
  degraded: ['warn', 'warning'],
  off: ['idle', 'slash'],
  kept: ['good', 'check'],
  left_out: ['idle', 'slash'],
  on_trial: ['busy', 'half'],
  healthy: ['good', 'check'],
  info: ['busy', 'info'],
  watch: ['busy', 'half'],
  warning: ['warn', 'warning'],
  critical: ['bad', 'cross'],
};

/** @param {string} state of a tier, of a cache's health, of a rule, or the weight of an advice */
export function stateBadge(state) {
  const [tone, picture] = STATES[state] ?? ['idle', 'question'];
  return html`<span class="badge tone-${tone}" data-test="state-${state}">${icon(picture)}${words(state)}</span>`;
}
