import { html, nothing } from 'lit';
import { Page, announce } from '../lib/element.js';
import { Problem } from '../lib/http.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { setQuery } from '../lib/router.js';
import { emptyPanel, firstCommands, refreshNotice, skeletonRows } from '../lib/states.js';
import { filterBar } from './filter-bar.js';
import { noFilters, readFilters, readSort } from './filters.js';
import { listProjects, listSessions } from './sessions-api.js';
import { SessionRows } from './session-rows.js';
import './session-list.js';

const FIRST_PAGE = 50;
/** Who scrolls on wants many more; fewer, larger answers keep up with that. */
const NEXT_PAGE = 200;
const CHILDREN = 100;
/** Scrolled down so far, new rows wait for a click instead of moving what is read. */
const READING_PX = 160;

/** All sessions, filtered by the address bar, endless, live. */
class SessionsPage extends Page {
  static properties = {
    projects: { state: true },
    filtersOpen: { state: true },
    more: { state: true },
  };

  #rows = new SessionRows();
  #filters = {};
  #first = new Loader(this, (signal) => this.#loadFirst(signal));
  #live = new LiveTopics(this, () => ['sessions'], (event) => this.#receive(event));
  #frame = 0;
  #onKey = (event) => this.#key(event);

  constructor() {
    super();
    this.projects = [];
    this.filtersOpen = false;
    /** @type {{loading: boolean, problem: Problem|null}} */
    this.more = { loading: false, problem: null };
  }

  get heading() {
    return 'Sessions';
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('keydown', this.#onKey);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#onKey);
    cancelAnimationFrame(this.#frame);
  }

  willUpdate(changed) {
    if (changed.has('query')) {
      this.#filters = readFilters(this.query);
      if (this.hasUpdated) {
        this.#first.run();
      }
    }
  }

  async firstUpdated() {
    await this.#live.ready;
    this.#first.run();
    // Without its list the project filter still takes what the address says.
    listProjects().then((projects) => { this.projects = projects.map(({ name }) => name); }, () => {});
  }

  async #loadFirst(signal) {
    const page = await listSessions({ ...this.#filters, sort: readSort(this.query), limit: FIRST_PAGE }, signal);
    this.#rows.start(page);
    this.#rows.reloadChildren(listChildren, () => this.requestUpdate());
    this.more = { loading: false, problem: null };
    announce(page.items.length === 0 ? 'No sessions' : `${page.items.length}${page.next_cursor ? ' or more' : ''} sessions`);
    return this.#rows;
  }

  async #loadMore() {
    const cursor = this.#rows.nextCursor;
    if (this.more.loading || cursor === null || this.#first.loading) {
      return;
    }
    this.more = { loading: true, problem: null };
    try {
      const page = await listSessions({ ...this.#filters, sort: readSort(this.query), limit: NEXT_PAGE, cursor });
      // Other filters may have been chosen meanwhile; this page is of no list then.
      if (cursor === this.#rows.nextCursor) {
        this.#rows.append(page);
      }
      this.more = { loading: false, problem: null };
    } catch (error) {
      this.more = { loading: false, problem: Problem.of(error) };
    }
  }

  #receive(event) {
    if (event.event === 'resync') {
      this.#first.run();
      return;
    }
    const list = { filters: this.#filters, sort: readSort(this.query), hold: scrollY > READING_PX };
    if (this.#rows.apply(event, list) && !this.#frame) {
      // A thousand events a second are drawn as often as the screen is.
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.requestUpdate();
      });
    }
  }

  render() {
    const filters = this.#filters;
    return html`
      <div class="page">
        <div class="page-head"><h1>Sessions</h1></div>
        ${filterBar({
          filters,
          sort: readSort(this.query),
          projects: this.projects,
          models: this.#rows.models(),
          open: this.filtersOpen,
          toggle: () => { this.filtersOpen = !this.filtersOpen; },
        })}
        ${filters.parent ? this.#parentNotice(filters.parent) : nothing}
        ${this.#first.render(() => this.#list(), html`<div class="session-list">${skeletonRows(12, 'session-skeleton')}</div>`)}
      </div>`;
  }

  #list() {
    const rows = this.#rows;
    if (rows.size === 0 && rows.held === 0) {
      return Object.keys(this.#filters).length > 0
        ? emptyPanel('No session matches', 'Nothing fits these filters. New sessions that fit will show up here.',
          html`<button type="button" class="button" @click=${() => setQuery(noFilters())}>Clear filters</button>`)
        : emptyPanel('No sessions yet', 'A session shows up here as soon as a job reports it.', firstCommands());
    }
    return html`
      <div class="held" role="status">${rows.held === 0 ? nothing : html`
        <button type="button" class="button button-main" data-test="show-new" @click=${this.#showHeld}>
          Show ${rows.held} new ${rows.held === 1 ? 'session' : 'sessions'}</button>`}
      </div>
      <hone-session-list .rows=${rows.flat()} .sort=${readSort(this.query)}
        ?foldable=${(this.#filters.parent ?? 'none') === 'none'} aria-busy=${this.#first.loading}
        @near-end=${() => { if (!this.more.problem) { this.#loadMore(); } }}
        @toggle=${(event) => this.#toggle(event.detail)}></hone-session-list>
      ${this.more.problem ? refreshNotice(this.more.problem, () => this.#loadMore()) : nothing}
      <p class="list-end quiet">${rows.nextCursor === null
        ? `${rows.size} ${rows.size === 1 ? 'session' : 'sessions'}, no more`
        : html`<button type="button" class="button" ?disabled=${this.more.loading} @click=${() => this.#loadMore()}>
            ${this.more.loading ? 'Loading more…' : 'Load more'}</button>`}</p>`;
  }

  #parentNotice(parent) {
    return html`
      <div class="notice"><p>${parent === 'any' ? 'Child sessions are listed too.' : html`
        Child sessions of <a href="/sessions/${parent}"><code>${parent}</code></a>`}</p>
        <button type="button" class="button button-small" @click=${() => setQuery({ parent: null })}>Top-level sessions only</button>
      </div>`;
  }

  #showHeld() {
    if (readSort(this.query) === '-created_at') {
      this.#rows.release();
      this.requestUpdate();
    } else {
      this.#first.run();
    }
    scrollTo(0, 0);
    this.querySelector('#session-search')?.focus({ preventScroll: true });
  }

  #toggle(id) {
    this.#rows.toggle(id, listChildren, () => this.requestUpdate());
  }

  /** `/` searches, arrows walk through the list and unfold; enter is the link's own. */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const at = event.target instanceof Element ? event.target : document.body;
    const row = at.closest('[data-index]');
    if (event.key === '/' && !at.closest('input, textarea, select')) {
      event.preventDefault();
      this.querySelector('#session-search')?.focus();
    } else if (['ArrowDown', 'ArrowUp'].includes(event.key) && (row || !at.closest('input:not(#session-search), select, textarea, .chips'))) {
      this.#walk(event, row ? Number(row.dataset.index) : -1);
    } else if (row && ['ArrowRight', 'ArrowLeft'].includes(event.key)) {
      const fold = row.querySelector(`button.fold[aria-expanded="${event.key === 'ArrowLeft'}"]`);
      fold?.click();
    }
  }

  #walk(event, from) {
    const list = this.querySelector('hone-session-list');
    const to = event.key === 'ArrowDown' ? from + 1 : from - 1;
    if (!list || to >= list.rows.length || (from < 0 && event.key === 'ArrowUp')) {
      return;
    }
    event.preventDefault();
    if (to < 0) {
      this.querySelector('#session-search')?.focus();
    } else {
      list.focusRow(to);
    }
  }
}

function listChildren(parent) {
  return listSessions({ parent, sort: 'created_at', limit: CHILDREN });
}

customElements.define('hone-sessions-page', SessionsPage);
