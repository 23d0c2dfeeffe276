import { html, nothing } from 'lit';
import { HoneElement } from '../lib/element.js';
import { figures } from '../lib/figures.js';
import { NONE, bytes, decimal, duration, latency, metric, percent, whole, words } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { Loader } from '../lib/loading.js';
import { skeletonRows } from '../lib/states.js';
import { askAction, clearOne } from './cache-actions.js';
import { readCache } from './caches-api.js';
import { stateBadge } from './state-badge.js';
import '../lib/meter.js';

const TIERS = {
  l1: ['L1', 'On the heap of this node'],
  l2: ['L2', 'In the data grid, for all nodes'],
  durable: ['Durable', 'In the database, for all nodes and after a restart'],
};
const REFRESH = { none: 'None: the next read after the end loads', early: 'Ahead of the end, the likelier the longer a load takes' };

/** What is measured of each tier, side by side. */
const MEASURES = [
  { label: 'Hits', of: ({ hits }) => whole(hits) },
  { label: 'Misses', of: ({ misses }) => whole(misses),
    title: ({ outdated }) => (outdated > 0 ? `${whole(outdated)} of them had an entry from before a change` : undefined) },
  { label: 'Hit rate', of: ({ hit_rate: rate }) => percent(rate) },
  { label: 'Hit avg', of: ({ hit }) => measured(hit, hit.avg_ms) },
  { label: 'Hit p95', of: ({ hit }) => measured(hit, hit.p95_ms) },
  { label: 'Entries', of: ({ entries }) => whole(entries) },
  { label: 'Memory', of: ({ bytes: size }) => bytes(size),
    title: ({ compression_ratio: ratio }) => (ratio == null ? undefined : `Stored in ${percent(ratio)} of the values' own size`) },
  { label: 'Pushed out', of: ({ evictions }) => whole(evictions.size ?? 0), title: () => 'Evicted while still good, to make room' },
  { label: 'Expired', of: ({ evictions }) => whole(evictions.expired ?? 0), title: () => 'Evicted at the end of their time' },
  { label: 'Invalidated', of: ({ invalidations }) => whole(invalidations) },
  { label: 'Errors', of: ({ errors }) => whole(errors) },
];

/**
 * One cache: its figures, its tiers side by side, and unfolded what it is.
 *
 * @property {import('./caches-api.js').CacheStatistics} cache
 * @property {{status: string, reasons: string[]}|undefined} health
 * @fires changed after something was removed
 */
class CacheRow extends HoneElement {
  static properties = {
    cache: { attribute: false },
    health: { attribute: false },
    open: { state: true },
  };

  #details = new Loader(this, (signal) => readCache(this.cache.name, signal));

  constructor() {
    super();
    this.cache = null;
    this.health = undefined;
    this.open = false;
  }

  render() {
    const { name, tiers } = this.cache;
    const id = `cache-${name.replaceAll('.', '-')}`;
    return html`
      <article class="cache" aria-labelledby=${id} data-test="cache" data-name=${name}>
        <div class="cache-head">
          <h3 id=${id}><button type="button" class="cache-fold" data-test="unfold" aria-expanded=${this.open} aria-controls="${id}-more"
            @click=${this.#fold}>${icon('chevron')} <code>${name}</code></button></h3>
          ${this.health ? html`<span data-test="health">${stateBadge(this.health.status)}</span>` : nothing}
          <button type="button" class="button button-small" data-test="clear" aria-label="Clear ${name}" @click=${this.#clear}>Clear…</button>
        </div>
        ${reasons(this.health)}
        ${figures(rowFigures(this.cache))}
        ${tierTable(name, tiers)}
        <div id="${id}-more" data-test="details" ?hidden=${!this.open}>
          ${this.open ? this.#details.render((details) => this.#more(details.definition), skeletonRows(4)) : nothing}
        </div>
      </article>`;
  }

  #more(definition) {
    const { coalescing, verification, refreshes, dropped, warmed } = this.cache;
    const { purpose, ttl_setting: setting, ttl_seconds: ttl, refresh, verified, sensitive, tags } = definition;
    const full = fullness(definition, this.cache);
    return html`
      <p class="cache-purpose">${purpose}</p>
      <dl class="facts cache-facts">
        ${fact('Time to live', html`${ttl === 0 ? 'Off: nothing is cached' : duration(ttl * 1000)}
          · <a href="/settings?q=${encodeURIComponent(setting)}">change it</a>`)}
        ${fact('Heap bound', html`
          <span class="progress"><hone-meter class=${full > 0.9 ? 'tone-warn' : ''} label="Heap bound in use" .value=${full}></hone-meter>
            <span>${held(definition, this.cache)}</span></span>`)}
        ${fact('Shared loads', coalescing.calls === 0 ? 'No load yet'
          : html`${percent(coalescing.rate)} <span class="quiet">${whole(coalescing.coalesced)} of ${whole(coalescing.calls)} loads were taken over
            from somebody else's${coalescing.in_flight > 0 ? `; ${whole(coalescing.in_flight)} under way` : ''}</span>`)}
        ${fact('Refresh', html`${REFRESH[refresh.toLowerCase()] ?? words(refresh)}
          <span class="quiet">${whole(refreshes)} so far${dropped > 0 ? `; ${whole(dropped)} left out, as too many waited` : ''}</span>`)}
        ${sensitive ? nothing : fact('Warmed', html`${whole(warmed)} <span class="quiet">keys loaded before anybody asked</span>`)}
        ${fact('Verified', verified ? verifiedText(verification) : html`No <span class="quiet">Its hits are never loaded again to compare</span>`)}
        ${fact('Tags', tags.length === 0 ? NONE : tags.map((tag) => html`<code class="cache-tag">${tag}</code> `))}
        ${sensitive ? fact('Sensitive', html`Yes <span class="quiet">Stays on the heap; its keys are hashes</span>`) : nothing}
      </dl>`;
  }

  #fold() {
    this.open = !this.open;
    if (this.open) {
      this.#details.run();
    }
  }

  #clear() {
    askAction(clearOne(this.cache), () => {
      this.dispatchEvent(new Event('changed'));
      if (this.open) {
        this.#details.run();
      }
    });
  }
}

/** @param {{reasons: string[]}|undefined} health */
export function reasons(health) {
  return !health || health.reasons.length === 0 ? nothing
    : html`<ul class="reasons" data-test="reasons">${health.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`;
}

function rowFigures({ requests, hits, hit_rate: rate, load, speed_up: speedUp, time_saved_ms: saved, money_saved_usd: money, verification }) {
  const { wrong_hit_rate: wrong, wrong_hit_rate_low: low, wrong_hit_rate_high: high, compared, wrong: wrongs } = verification;
  return [
    ['Hit rate', percent(rate), requests === 0 ? 'No reads yet' : `${whole(hits)} of ${whole(requests)} reads`],
    ['Load', measured(load, load.avg_ms), load.count === 0 ? 'No loads yet' : `p95 ${latency(load.p95_ms)}`,
      'How long a miss waits for the source, on average and at the 95th percentile'],
    ['Speed-up', speedUp == null ? NONE : `${decimal(Number(speedUp.toPrecision(3)))}×`, 'Load over hit',
      'An average load as a multiple of an average hit'],
    ['Time saved', duration(saved), nothing, 'What the hits would have taken longer as loads'],
    ['Wrong hits', percent(wrong), compared === 0 ? 'None compared yet' : `${percent(low)} to ${percent(high)} (95%)`,
      compared === 0 ? 'A small share of hits is loaded again and compared; none has been so far'
        : `${whole(wrongs)} of ${whole(compared)} compared hits differed from a fresh load. With 95% confidence the rate of all hits is ${percent(low)} to ${percent(high)}.`],
    ...Number(money) > 0 ? [['Money saved', metric('usd', Number(money)), nothing, 'What the hits would have cost as calls']] : [],
  ];
}

/** Roles are named, since laid out as a grid the table would lose them; on a phone the grid turns. */
function tierTable(name, tiers) {
  return html`
    <table class="tiers" role="table" aria-label="Tiers of ${name}">
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Tier</th>
        ${MEASURES.map(({ label }) => html`<th role="columnheader" scope="col">${label}</th>`)}</tr></thead>
      <tbody role="rowgroup">${Object.entries(TIERS).filter(([tier]) => tiers[tier]).map(([tier, [label, about]]) => {
        const counts = tiers[tier];
        return html`
          <tr role="row" data-test="tier" data-tier=${tier}><th role="rowheader" scope="row" title=${about}>${label}</th>
            ${MEASURES.map(({ label: measure, of, title }) => html`
              <td role="cell" data-measure=${measure} title=${title?.(counts) ?? nothing}>${of(counts)}</td>`)}</tr>`;
      })}</tbody>
    </table>`;
}

function fact(name, value) {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** @param {import('./caches-api.js').Latency} latencies 0 stands for nothing measured there */
function measured({ count }, ms) {
  return count === 0 ? NONE : latency(ms);
}

function fullness({ bound }, { tiers: { l1 } }) {
  return (bound.unit === 'bytes' ? l1.bytes ?? 0 : l1.entries ?? 0) / bound.most;
}

function held({ bound }, { tiers: { l1 } }) {
  return bound.unit === 'bytes' ? `${bytes(l1.bytes)} of ${bytes(bound.most)}` : `${whole(l1.entries)} of ${whole(bound.most)} entries`;
}

function verifiedText({ compared, wrong, saved_per_hit_ms: saved, saved_per_hit_low_ms: low, saved_per_hit_high_ms: high }) {
  return compared === 0
    ? html`Yes <span class="quiet">A small share of hits is loaded again and compared; none so far</span>`
    : html`${whole(compared)} ${compared === 1 ? 'hit' : 'hits'} compared, ${whole(wrong)} wrong
      ${saved == null ? nothing : html`<span class="quiet">A hit saves ${signed(saved)} (${signed(low)} to ${signed(high)}, 95% confidence)</span>`}`;
}

function signed(ms) {
  return ms < 0 ? `−${latency(-ms)}` : latency(ms);
}

customElements.define('hone-cache', CacheRow);
