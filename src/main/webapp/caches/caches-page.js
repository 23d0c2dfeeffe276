import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Page } from '../lib/element.js';
import { figures } from '../lib/figures.js';
import { bytes, duration, metric, percent, whole, words } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { emptyPanel, skeletonBlock } from '../lib/states.js';
import { adviceList } from './cache-advice.js';
import { askAction, cleanUpExpired, clearEvery, flushLevel, invalidateSome, warmAll } from './cache-actions.js';
import { reasons } from './cache-row.js';
import { rulesPanel } from './cache-rules.js';
import { readAdvice, readCache, readCaches, readRules } from './caches-api.js';
import { stateBadge } from './state-badge.js';
import { Traffic } from './traffic.js';

const TIERS = { l1: ['L1', 'Heap of this node'], l2: ['L2', 'Data grid, for all nodes'], durable: ['Durable', 'Database, for what costs money'] };
/** Fewer reads change no advice. The page's own requests are reads too, so one must not lead to the next. */
const READS_UNTIL_ADVICE = 20;

/** What the caches hold, what they are worth, and what an admin may do to them. Live. */
class CachesPage extends Page {
  #caches = new Loader(this, readCaches);
  #advice = new Loader(this, readAdvice);
  #rules = new Loader(this, readRules);
  #live = new LiveTopics(this, () => ['caches'], (event) => this.#follow(event));
  #traffic = new Traffic();
  /** Reads when the advice was last asked for. */
  #advisedAt = 0;

  get heading() {
    return 'Caches';
  }

  async firstUpdated() {
    await this.#live.ready;
    this.#load();
  }

  async #load() {
    await Promise.all([this.#caches.run(), this.#advice.run(), this.#rules.run()]);
    if (this.#caches.value && !this.#caches.problem) {
      this.#traffic.add(this.#caches.value.stats);
      this.#advisedAt = this.#caches.value.stats.overall.requests;
    }
  }

  /** Events carry what changed since the one before; what is shown takes it over in place. */
  #follow({ event, data }) {
    if (event === 'resync') {
      this.#load();
      return;
    }
    const known = this.#caches.value;
    // One from before the numbers on the page has nothing new.
    if (known === null || data.generated_at <= known.stats.generated_at) {
      return;
    }
    const changed = new Map(data.caches.map((cache) => [cache.name, cache]));
    const { status, health, adaptations, ...counts } = data;
    const stats = { ...known.stats, ...counts, caches: known.stats.caches.map((cache) => changed.get(cache.name) ?? cache) };
    this.#caches.value = { stats, status, health };
    this.#traffic.add(stats);
    if (conditions(health) !== conditions(known.health)
      || stats.overall.requests - this.#advisedAt >= READS_UNTIL_ADVICE) {
      this.#advisedAt = stats.overall.requests;
      this.#advice.refresh();
      this.#rules.refresh();
    }
    if (adaptations !== undefined && this.#rules.value && adaptations !== this.#rules.value.adapted) {
      this.#rules.refresh();
    }
    this.requestUpdate();
  }

  render() {
    return html`
      <div class="page stack">
        <div class="page-head">
          <h1>Caches</h1>
          ${this.#caches.value ? html`<div class="actions caches-actions">${this.#actions(this.#caches.value)}</div>` : nothing}
        </div>
        ${this.#caches.render((value) => this.#content(value), html`<div class="stack">
          ${skeletonBlock('skeleton-verdict')}${skeletonBlock('skeleton-charts')}</div>`)}
      </div>`;
  }

  #actions({ stats: { caches } }) {
    const button = (test, label, action) => html`
      <button type="button" class="button" data-test=${test}
              @click=${async () => askAction(await action(), () => this.#load())}>${label}</button>`;
    return html`
      ${button('warm', 'Warm…', warmAll)}
      ${button('clean-up', 'Clean up…', cleanUpExpired)}
      ${button('invalidate', 'Invalidate…', async () => invalidateSome(await knownTags(caches)))}
      ${button('flush', 'Flush…', flushLevel)}
      ${button('clear-all', 'Clear all…', () => clearEvery(caches))}`;
  }

  #content({ stats, status, health }) {
    const { overall, caches } = stats;
    const healthOf = new Map(health.caches.map((one) => [one.name, one]));
    return html`
      <div class="caches-head">
        <section class="panel" aria-labelledby="caches-overall" data-test="overall">
          <div class="panel-head"><h2 id="caches-overall">All caches</h2>
            <span class="quiet">since the start <hone-time relative .at=${startOf(stats)}></hone-time></span></div>
          ${figures([
            ['Hit rate', percent(overall.hit_rate), overall.requests === 0 ? 'No reads yet' : `${whole(overall.hits)} hits`],
            ['Reads', whole(overall.requests), `${whole(overall.misses)} misses`],
            ['Time saved', duration(overall.time_saved_ms), 'Against loading each time'],
            ...Number(overall.money_saved_usd) > 0 ? [['Money saved', metric('usd', Number(overall.money_saved_usd)), 'Answers paid for once']] : [],
            ['Entries', whole(overall.entries), 'On the heap'],
            ['Memory', bytes(overall.bytes), 'On the heap, estimated'],
          ])}
          ${chain(status)}
        </section>
        <section class="panel" aria-labelledby="caches-health" data-test="overall-health">
          <div class="panel-head"><h2 id="caches-health">Health</h2>${stateBadge(health.status)}</div>
          ${health.reasons.length === 0 ? html`<p class="quiet">Every cache meets its target, evicts little and answers right.</p>` : reasons(health)}
        </section>
      </div>
      ${overall.requests === 0 ? emptyPanel('No reads yet', 'Figures come with the first read: open the dashboard, or sign in somewhere else.') : nothing}
      <section class="panel" aria-labelledby="caches-all" data-test="caches">
        <div class="panel-head"><h2 id="caches-all">Each cache</h2></div>
        ${repeat(caches, ({ name }) => name, (cache) => html`
          <hone-cache .cache=${cache} .health=${healthOf.get(cache.name)} @changed=${() => this.#load()}></hone-cache>`)}
      </section>
      <section class="panel" aria-labelledby="caches-rules" data-test="cache-rules">
        <div class="panel-head"><h2 id="caches-rules">Rules of the kept answers</h2></div>
        ${this.#rules.render(rulesPanel, skeletonBlock('skeleton-advice'))}
      </section>
      <section class="panel" aria-labelledby="caches-advice" data-test="recommendations">
        <div class="panel-head"><h2 id="caches-advice">Recommendations</h2></div>
        ${this.#advice.render(adviceList, skeletonBlock('skeleton-advice'))}
      </section>
      <section class="panel" aria-labelledby="caches-traffic" data-test="traffic">
        <div class="panel-head"><h2 id="caches-traffic">Since you opened this page</h2></div>
        <div class="traffic">${this.#chart()}</div>
      </section>`;
  }

  /** The library that draws is large: it comes once there is something to draw. */
  #chart() {
    const { moments } = this.#traffic;
    if (moments.length < 2) {
      return html`<p class="quiet">A line appears as soon as something is read from a cache.</p>`;
    }
    import('./cache-traffic.js');
    return html`<hone-cache-traffic .moments=${moments}></hone-cache-traffic>`;
  }
}

/** What entries can be made of, as far as the server tells now: only a hint of the form depends on it. */
async function knownTags(caches) {
  const details = await Promise.allSettled(caches.map(({ name }) => readCache(name)));
  return [...new Set(details.flatMap(({ value }) => value?.definition.tags ?? []))];
}

function startOf({ generated_at: at, uptime_seconds: uptime }) {
  return new Date(Math.round(Date.parse(at) / 1000 - uptime) * 1000).toISOString();
}

function conditions({ caches }) {
  return caches.map(({ status }) => status).join();
}

/** In which order a read asks, and how each place is. */
function chain({ backends, fallback, mode }) {
  return html`
    <ol class="chain" aria-label="Where a read looks, in order" data-test="chain" data-mode=${mode}>
      ${backends.map(({ name, kind, state, reason }, i) => {
        const [label, about] = TIERS[name] ?? [words(name), kind];
        return html`
          <li class=${fallback.includes(name) ? '' : 'is-skipped'} data-test="backend" data-name=${name}>
            ${i > 0 ? icon('chevron') : nothing}
            <div>
              <p><span class="chain-name">${label}</span> ${stateBadge(state)}</p>
              <p class="quiet">${about}</p>
              ${reason ? html`<p class="chain-reason">Last failure: ${reason}. Tried again by itself.</p>` : nothing}
            </div>
          </li>`;
      })}
      <li>${icon('chevron')}<div><p><span class="chain-name">Source</span></p><p class="quiet">Database or computation</p></div></li>
    </ol>`;
}

customElements.define('hone-caches-page', CachesPage);
