import { html, nothing } from 'lit';
import { metric, whole } from '../lib/format.js';

/**
 * @typedef {object} Cost
 * @property {number} calls
 * @property {number} failed
 * @property {number} cache_hits
 * @property {number} unpriced calls whose cost is not known
 * @property {number} input_tokens
 * @property {number} output_tokens
 * @property {string} cost_usd decimal
 * @property {string} saved_usd decimal
 */

/**
 * What a session paid providers; nothing for one that asked none.
 *
 * @param {Cost} cost
 */
export function costPanel(cost) {
  const { calls, failed, cache_hits: hits, unpriced, input_tokens: input, output_tokens: output } = cost;
  const facts = [
    ['Cost', html`<span data-test="cost" title="$${cost.cost_usd}">${metric('usd', cost.cost_usd)}</span>${unpriced > 0 ? html`
      <span class="quiet">${whole(unpriced)} ${unpriced === 1 ? 'call has' : 'calls have'} no known price</span>` : nothing}`],
    ['Calls', html`${whole(calls)}${failed > 0 ? html` <span class="quiet">${whole(failed)} failed</span>` : nothing}`],
    ['Tokens', html`${whole(input)} in, ${whole(output)} out`],
    hits > 0 ? ['Cache hits', html`${whole(hits)} <span class="quiet">saved ${metric('usd', cost.saved_usd)}</span>`] : null,
  ];
  return calls + hits === 0 ? nothing : html`
    <section class="panel" aria-labelledby="cost" data-test="session-cost">
      <div class="panel-head"><h2 id="cost">Calls to providers</h2></div>
      <dl class="facts">${facts.filter(Boolean).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    </section>`;
}
