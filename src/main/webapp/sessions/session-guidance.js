import { html, nothing } from 'lit';
import { words } from '../lib/format.js';
import { severityBadge } from './badges.js';
import './session-explanation.js';

/**
 * What a failure means and what to do about it; folded away by those who know.
 *
 * @param {import('./sessions-api.js').Guidance} guidance
 * @param {{message: string, technique: string}|null} failure what a model may be asked about; null for who may not ask
 */
export function guidancePart(guidance, failure) {
  return html`
    <details class="guidance" open data-test="guidance">
      <summary>What it means and what to do</summary>
      <div class="guidance-head">
        <h3 data-test="guidance-title">${guidance.title}</h3>
        ${severityBadge(guidance.severity)}
        <span class="quiet" data-test="guidance-retryable">${guidance.retryable
          ? 'Trying again may help' : 'Trying again alone does not help'}</span>
        ${guidance.provider_health === null ? nothing : html`<span class="quiet">Provider ${words(guidance.provider_health).toLowerCase()}</span>`}
      </div>
      <p>${guidance.summary}</p>
      <ol data-test="guidance-steps">${guidance.next_steps.map((step) => html`<li>${step}</li>`)}</ol>
      ${guidance.matched_rule === null ? nothing : html`<p class="quiet">By the rule <code>${guidance.matched_rule}</code></p>`}
      ${guidance.explainable && failure ? html`<hone-session-explanation .failure=${failure}></hone-session-explanation>` : nothing}
    </details>`;
}
