import { html, nothing } from 'lit';
import { HoneElement, foreign } from '../lib/element.js';
import { duration, metric } from '../lib/format.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { statusBadge, verdictBadge } from './badges.js';
import { byInterest } from './metric-order.js';
import { listSessions, withEvent } from './sessions-api.js';
import '../lib/sorted-table.js';

const SHOWN = 50;
const METRICS_SHOWN = 4;
const FEWEST_COMPARED = 2;

/**
 * The child sessions of a session with what they measured, or nothing where it has none.
 *
 * @property {string} parent its id
 */
class SessionChildren extends HoneElement {
  static properties = { parent: {} };

  #loader = new Loader(this, (signal) => listSessions({ parent: this.parent, sort: '-created_at', limit: SHOWN }, signal));
  #live = new LiveTopics(this, () => ['sessions'], (event) => this.#receive(event));

  async firstUpdated() {
    await this.#live.ready;
    this.#loader.run();
  }

  #receive(event) {
    const page = this.#loader.value;
    if (event.event === 'resync' || event.event === 'sessions.imported') {
      this.#loader.run();
    } else if (page === null) {
      return;
    } else if (page.items.some(({ id }) => id === event.data.id)) {
      const items = page.items.map((child) => withEvent(child, event)).filter(({ id, deleted_at: binned }) => !binned
        && !(event.event === 'session.purged' && id === event.data.id));
      this.#loader.value = { ...page, items };
      this.requestUpdate();
    } else if (event.data.parent_id === this.parent && ['session.created', 'session.restored'].includes(event.event)) {
      this.#loader.refresh();
    }
  }

  render() {
    const { items = [], next_cursor: more = null } = this.#loader.value ?? {};
    if (items.length === 0) {
      return nothing;
    }
    const keys = byInterest([...new Set(items.flatMap(({ metrics }) => Object.keys(metrics)))]).slice(0, METRICS_SHOWN);
    const columns = [
      { key: 'name', label: 'Child session', text: true, format: (name, { id }) => html`<a href="/sessions/${id}">${foreign(name, 80)}</a>` },
      { key: 'status', label: 'Status', text: true, format: (status) => statusBadge(status) },
      ...items.some(({ verdict }) => verdict !== null) ? [{ key: 'verdict', label: 'Verdict', text: true, format: (verdict) => verdictBadge(verdict) }] : [],
      ...keys.map((key) => ({ key: `metric:${key}`, label: foreign(key, 30), format: (value) => metric(key, value) })),
      { key: 'duration_ms', label: 'Duration', format: (ms) => duration(ms) },
    ];
    const rows = items.map((child) => ({
      ...child, ...Object.fromEntries(keys.map((key) => [`metric:${key}`, child.metrics[key]?.last ?? null])),
    }));
    return html`
      <section class="panel" aria-labelledby="children" data-test="children">
        <div class="panel-head"><h2 id="children">Child sessions</h2>
          ${items.length < FEWEST_COMPARED ? nothing : html`<a href="/compare?ids=${items.map(({ id }) => id).join(',')}">Compare them</a>`}
          <a href="/sessions?parent=${this.parent}">${more === null ? 'In the list' : 'All of them'}</a></div>
        <hone-sorted-table label="Child sessions" by="created_at" .columns=${columns} .rows=${rows}></hone-sorted-table>
      </section>`;
  }
}

customElements.define('hone-session-children', SessionChildren);
