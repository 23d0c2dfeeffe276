import { whole } from '../lib/format.js';
import { DEFAULT_SORT, matches } from './filters.js';
import { withEvent } from './sessions-api.js';

/**
 * The sessions of a list with their unfolded children, kept up to date by live events.
 *
 * @typedef {import('./sessions-api.js').Session} Session
 * @typedef {{items: Session[], next_cursor: string|null}} SessionPage
 * @typedef {{session: Session, children: Children|null}} Entry `children` null: folded
 * @typedef {{state: 'loading'|'ready'|'failed', items: Entry[], cursor: string|null}} Children
 * @typedef {{key: string, entry?: Entry, depth: number, note?: string, more?: boolean, parent?: string}} Row
 */
export class SessionRows {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Map<string, Entry>} */
  #byId = new Map();
  /** Sessions that came while the reader was further down. @type {Map<string, Session>} */
  #held = new Map();
  /** @type {(parent: string, cursor: string|null) => Promise<SessionPage>} */
  #loadPage;
  #changed;
  /** The sessions that moved to the bin or back last: a family is told of together, parents first. @type {Set<string>} */
  #moved = new Set();
  nextCursor = null;

  /**
   * @param {(parent: string, cursor: string|null) => Promise<SessionPage>} [loadPage] reads children
   * @param {() => void} [changed] called when children came, or did not
   */
  constructor(loadPage, changed) {
    this.#loadPage = loadPage;
    this.#changed = changed;
  }

  get size() {
    return this.#entries.length;
  }

  get held() {
    return this.#held.size;
  }

  /** @returns {Session[]} those loaded, children too */
  sessions() {
    return [...this.#byId.values()].map(({ session }) => session);
  }

  /** @returns {string[]} the models of the sessions loaded, sorted */
  models() {
    return [...new Set(this.#entries.map(({ session }) => session.model))].sort();
  }

  /** @returns {string[]} why those of the sessions loaded that failed did so, sorted */
  failures() {
    return [...new Set(this.#entries.map(({ session }) => session.error?.category ?? []).flat())].sort();
  }

  /** @param {string} id */
  has(id) {
    return this.#byId.has(id);
  }

  /** @param {SessionPage} page the first one */
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

  /** @param {SessionPage} page */
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
    const counted = this.#countChild(event);
    const entry = this.#byId.get(data.id);
    if (entry) {
      const before = entry.session;
      entry.session = withEvent(before, event);
      if (event.event === 'session.purged' || (entry.session !== before && !this.#belongs(entry, filters))) {
        this.#remove(entry);
        return true;
      }
      return counted || entry.session !== before;
    }
    const held = this.#held.get(data.id);
    if (held) {
      const now = withEvent(held, event);
      matches(now, filters) ? this.#held.set(data.id, now) : this.#held.delete(data.id);
      return true;
    }
    if (event.event === 'session.metrics' || event.event === 'session.purged') {
      return counted;
    }
    return this.#newcomer(data, { filters, sort, hold }) || counted;
  }

  /** Keeps the number of children that a session shows: its own document comes with changes of its own only. */
  #countChild({ event, data }) {
    const by = { 'session.created': 1, 'session.restored': 1, 'session.deleted': -1 }[event];
    const parent = this.#byId.get(data.parent_id);
    if (!by || this.#movedAlong(event, data) || !parent) {
      return false;
    }
    parent.session = { ...parent.session, children: Math.max(0, parent.session.children + by) };
    return true;
  }

  /** Whether a session went to the bin or came back with its parent, whose document counts that already. */
  #movedAlong(event, { id, parent_id: parent }) {
    if (event === 'session.created') {
      return false;
    }
    const along = this.#moved.has(parent);
    this.#moved = along ? this.#moved.add(id) : new Set([id]);
    return along;
  }

  /** Whether a session that changed still has its place: on top by the filters, under its parent unless in the bin. */
  #belongs(entry, filters) {
    return this.#entries.includes(entry) ? matches(entry.session, filters) : entry.session.deleted_at === null;
  }

  #remove(entry) {
    const siblings = this.#byId.get(entry.session.parent_id)?.children;
    if (siblings) {
      siblings.items = siblings.items.filter((one) => one !== entry);
    }
    this.#entries = this.#entries.filter((one) => one !== entry);
    this.#byId.delete(entry.session.id);
    entry.children?.items.forEach((child) => this.#byId.delete(child.session.id));
  }

  #newcomer(session, { filters, sort, hold }) {
    const siblings = this.#byId.get(session.parent_id)?.children;
    if (session.deleted_at === null && (siblings?.state === 'ready' || siblings?.state === 'loading')) {
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
   */
  toggle(id) {
    const entry = this.#byId.get(id);
    if (entry.children) {
      entry.children.items.forEach((child) => this.#byId.delete(child.session.id));
      entry.children = null;
      this.#changed();
    } else {
      entry.children = { state: 'loading', items: [], cursor: null };
      this.#loadChildren(entry);
    }
  }

  /**
   * Loads the next children of a session that has more than were loaded.
   *
   * @param {string} id
   */
  async loadMoreChildren(id) {
    const entry = this.#byId.get(id);
    const { children } = entry;
    const { cursor } = children;
    children.state = 'loading';
    this.#changed();
    try {
      const page = await this.#loadPage(id, cursor);
      if (entry.children === children && children.cursor === cursor) {
        const loaded = page.items.map((session) => this.#known(session));
        children.items = [...children.items.filter((child) => !loaded.includes(child)), ...loaded];
        children.cursor = page.next_cursor;
      }
      children.state = 'ready';
    } catch {
      children.state = 'failed';
    }
    this.#changed();
  }

  /** Reads the children of what is unfolded again: they may have changed while nothing told so. */
  reloadChildren() {
    this.#entries.filter(({ children }) => children !== null).forEach((entry) => this.#loadChildren(entry));
  }

  async #loadChildren(entry) {
    const { children } = entry;
    const before = new Set(children.items);
    this.#changed();
    try {
      const page = await this.#loadPage(entry.session.id, null);
      if (entry.children === children) {
        const loaded = page.items.map((session) => this.#known(session));
        // Those that were reported while the page was on its way may not be in it.
        children.items = [...loaded, ...children.items.filter((child) => !before.has(child) && !loaded.includes(child))];
        children.cursor = page.next_cursor;
        children.state = 'ready';
      }
    } catch {
      children.state = 'failed';
    }
    this.#changed();
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
  const note = noteOf(children, session);
  return note === null ? rows : [...rows, { key: `${session.id}/note`, depth: 1, ...note, parent: session.id }];
}

function noteOf({ state, items, cursor }, session) {
  if (state === 'loading') {
    return { note: 'Loading child sessions…' };
  }
  if (state === 'failed') {
    return { note: 'The child sessions could not be loaded. Try again', more: true };
  }
  if (cursor !== null) {
    return { note: `Show more: ${whole(items.length)} of ${whole(Math.max(session.children, items.length))} child sessions shown`, more: true };
  }
  return items.length === 0 ? { note: 'No child sessions' } : null;
}

/** Newest first, as the server sorts: by creation, then by id. */
function isNewer(one, other) {
  return one.created_at > other.created_at || (one.created_at === other.created_at && one.id > other.id);
}
