import { DEFAULT_SORT, matches } from './filters.js';
import { withEvent } from './sessions-api.js';

/**
 * The sessions of a list with their unfolded children, kept up to date by live events.
 *
 * @typedef {{session: import('./sessions-api.js').Session, children: Children|null}} Entry `children` null: folded
 * @typedef {{state: 'loading'|'ready'|'failed', items: Entry[], more: boolean}} Children
 * @typedef {{key: string, entry?: Entry, depth: number, note?: string, parent?: string}} Row
 */
export class SessionRows {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Map<string, Entry>} */
  #byId = new Map();
  /** Sessions that came while the reader was further down. @type {Map<string, import('./sessions-api.js').Session>} */
  #held = new Map();
  nextCursor = null;

  get size() {
    return this.#entries.length;
  }

  get held() {
    return this.#held.size;
  }

  /** @returns {string[]} the models of the sessions loaded, sorted */
  models() {
    return [...new Set(this.#entries.map(({ session }) => session.model))].sort();
  }

  /** @param {{items: import('./sessions-api.js').Session[], next_cursor: string|null}} page the first one */
  start(page) {
    this.#entries = [];
    const unfolded = this.#byId;
    this.#byId = new Map();
    this.#held.clear();
    this.append(page);
    // Loading again must not fold what the reader unfolded.
    for (const entry of this.#entries) {
      entry.children = unfolded.get(entry.session.id)?.children ?? null;
      entry.children?.items.forEach((child) => this.#byId.set(child.session.id, child));
    }
  }

  /** @param {{items: import('./sessions-api.js').Session[], next_cursor: string|null}} page */
  append({ items, next_cursor: nextCursor }) {
    for (const session of items) {
      if (!this.#byId.has(session.id)) {
        this.#entries.push(this.#entry(session));
      }
    }
    this.nextCursor = nextCursor;
  }

  /** Shows what was held back. */
  release() {
    this.#held.forEach((session) => this.#insert(session));
    this.#held.clear();
  }

  /**
   * @param {import('../lib/live.js').LiveEvent} event
   * @param {{filters: import('./filters.js').Filters, sort: string, hold: boolean}} list `hold`: new sessions wait
   * @returns {boolean} whether anything shown changed
   */
  apply(event, { filters, sort, hold }) {
    const { data } = event;
    const entry = this.#byId.get(data.id);
    if (entry) {
      const before = entry.session;
      entry.session = withEvent(before, event);
      const top = this.#entries.includes(entry);
      if (entry.session !== before && top && !matches(entry.session, filters)) {
        this.#entries = this.#entries.filter((one) => one !== entry);
        this.#byId.delete(data.id);
      }
      return entry.session !== before;
    }
    const held = this.#held.get(data.id);
    if (held) {
      const now = withEvent(held, event);
      matches(now, filters) ? this.#held.set(data.id, now) : this.#held.delete(data.id);
      return true;
    }
    if (event.event === 'session.metrics') {
      return false;
    }
    return this.#newcomer(data, { filters, sort, hold });
  }

  #newcomer(session, { filters, sort, hold }) {
    const siblings = this.#byId.get(session.parent_id)?.children;
    if (siblings?.state === 'ready' || siblings?.state === 'loading') {
      siblings.items.push(this.#entry(session));
      return true;
    }
    if (!matches(session, filters)) {
      return false;
    }
    if (hold || sort !== DEFAULT_SORT) {
      this.#held.set(session.id, session);
      return true;
    }
    return this.#insert(session);
  }

  /** Puts a session where "newest first" wants it; beyond the last page loaded is not yet. */
  #insert(session) {
    const place = this.#entries.findIndex((entry) => isNewer(session, entry.session));
    if (this.#byId.has(session.id) || (place < 0 && this.nextCursor !== null)) {
      return false;
    }
    this.#entries.splice(place < 0 ? this.#entries.length : place, 0, this.#entry(session));
    return true;
  }

  /** @returns {Entry} the one there is, with the newer of both sessions */
  #known(session) {
    const entry = this.#byId.get(session.id) ?? this.#entry(session);
    if (session.version > entry.session.version) {
      entry.session = session;
    }
    return entry;
  }

  #entry(session) {
    const entry = { session, children: null };
    this.#byId.set(session.id, entry);
    return entry;
  }

  /**
   * Unfolds or folds a session.
   *
   * @param {string} id
   * @param {(id: string) => Promise<{items: import('./sessions-api.js').Session[], next_cursor: string|null}>} load
   * @param {() => void} changed
   */
  async toggle(id, load, changed) {
    const entry = this.#byId.get(id);
    if (entry.children) {
      entry.children.items.forEach((child) => this.#byId.delete(child.session.id));
      entry.children = null;
      changed();
      return;
    }
    entry.children = { state: 'loading', items: [], more: false };
    changed();
    await this.#loadChildren(entry, load, changed);
  }

  /**
   * Reads the children of what is unfolded again: they may have changed while nothing told so.
   *
   * @param {(id: string) => Promise<{items: import('./sessions-api.js').Session[], next_cursor: string|null}>} load
   * @param {() => void} changed
   */
  reloadChildren(load, changed) {
    this.#entries.filter(({ children }) => children !== null).forEach((entry) => this.#loadChildren(entry, load, changed));
  }

  async #loadChildren(entry, load, changed) {
    const { children } = entry;
    const before = new Set(children.items);
    try {
      const page = await load(entry.session.id);
      if (entry.children === children) {
        const loaded = page.items.map((session) => this.#known(session));
        // Those that were reported while the page was on its way may not be in it.
        children.items = [...loaded, ...children.items.filter((child) => !before.has(child) && !loaded.includes(child))];
        children.more = page.next_cursor !== null;
        children.state = 'ready';
      }
    } catch {
      children.state = 'failed';
    }
    changed();
  }

  /** @returns {Row[]} what the list shows, one under the other */
  flat() {
    return this.#entries.flatMap((entry) => [{ key: entry.session.id, entry, depth: 0 }, ...childRows(entry)]);
  }
}

/** @returns {Row[]} */
function childRows({ session, children }) {
  if (!children) {
    return [];
  }
  const rows = children.items.map((entry) => ({ key: `${session.id}/${entry.session.id}`, entry, depth: 1 }));
  const note = { loading: 'Loading child sessions…', failed: 'The child sessions could not be loaded.' }[children.state]
    ?? (rows.length === 0 ? 'No child sessions' : children.more ? 'more' : null);
  return note === null ? rows : [...rows, { key: `${session.id}/note`, depth: 1, note, parent: session.id }];
}

/** Newest first, as the server sorts: by creation, then by id. */
function isNewer(one, other) {
  return one.created_at > other.created_at || (one.created_at === other.created_at && one.id > other.id);
}
