import { html, nothing } from 'lit';
import { access } from '../lib/access.js';
import { Page, announce } from '../lib/element.js';
import { whole } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { live } from '../lib/live.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { setQuery } from '../lib/router.js';
import { emptyPanel, firstCommands, refreshNotice, skeletonRows } from '../lib/states.js';
import { columnsThereAre, readColumns, rememberColumns } from './columns.js';
import { filterBar } from './filter-bar.js';
import { DEFAULT_SORT, isBin, narrowing, noFilters, readFilters, readSort } from './filters.js';
import { showImport } from './import-dialog.js';
import { showKeys } from './keys-dialog.js';
import { ListKeys } from './list-keys.js';
import { Selection } from './selection.js';
import { listProjects, listSessions } from './sessions-api.js';
import { SessionRows } from './session-rows.js';
import { viewQuery } from './views.js';
import './bulk-bar.js';
import './column-menu.js';
import './export-menu.js';
import './session-list.js';
import './view-menu.js';

const FIRST_PAGE = 50;
/** Who scrolls on wants many more; fewer, larger answers keep up with that. */
const NEXT_PAGE = 200;
const CHILDREN = 100;
/** Scrolled down so far, new rows wait for a click instead of moving what is read. */
const READING_PX = 160;
const BIN = '/sessions?deleted=true&parent=any';

/** All sessions or the bin, filtered by the address bar, endless, live. */
class SessionsPage extends Page {
  static properties = {
    projects: { state: true },
    filtersOpen: { state: true },
    more: { state: true },
    imported: { state: true },
  };

  #rows = new SessionRows(listChildren, () => this.requestUpdate());
  #selection = new Selection();
  #filters = {};
  #columns = [];
  /** What the list was loaded for: other columns need no other sessions. */
  #listed = '';
  #first = new Loader(this, (signal) => this.#loadFirst(signal));
  #live = new LiveTopics(this, () => ['sessions'], (event) => this.#receive(event));
  #frame = 0;

  constructor() {
    super();
    this.projects = [];
    this.filtersOpen = false;
    /** @type {{loading: boolean, problem: Problem|null}} */
    this.more = { loading: false, problem: null };
    /** Whether an import waits to be shown: which sessions it brought is not told. */
    this.imported = false;
    new ListKeys(this, {
      pick: (index, range) => this.#select((rows) => this.#selection.pick(rows, index, { range })),
      extend: (from, to) => this.#select((rows) => this.#selection.extend(rows, from, to)),
      letGo: () => this.#select(() => this.#selection.clear()),
      help: showKeys,
    });
  }

  get heading() {
    return isBin(this.#filters) ? 'Bin' : 'Sessions';
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  willUpdate(changed) {
    if (changed.has('query')) {
      this.#filters = readFilters(this.query);
      this.#columns = readColumns(this.query);
      const listed = JSON.stringify([this.#filters, readSort(this.query)]);
      if (this.hasUpdated && listed !== this.#listed) {
        this.#selection.clear();
        this.#first.run();
      }
      this.#listed = listed;
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
    this.#rows.reloadChildren();
    this.#selection.keep((id) => this.#rows.has(id));
    this.more = { loading: false, problem: null };
    this.imported = false;
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
    const hold = (this.querySelector('hone-session-list')?.scrolled ?? 0) > READING_PX;
    if (event.event === 'sessions.imported') {
      this.imported = hold;
    }
    if (event.event === 'resync' || (event.event === 'sessions.imported' && !hold)) {
      this.#first.refresh();
    }
    if (event.event === 'resync' || event.event === 'sessions.imported') {
      return;
    }
    if (this.#rows.apply(event, { filters: this.#filters, sort: readSort(this.query), hold }) && !this.#frame) {
      // A thousand events a second are drawn as often as the screen is.
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#selection.keep((id) => this.#rows.has(id));
        this.requestUpdate();
      });
    }
  }

  render() {
    const filters = this.#filters;
    return html`
      <div class="page page-fill">
        <div class="page-head">
          <h1>${this.heading}</h1>
          <div class="actions">${this.#tools()}</div>
        </div>
        ${filterBar({
          filters,
          sort: readSort(this.query),
          projects: this.projects,
          models: this.#rows.models(),
          failures: this.#rows.failures(),
          open: this.filtersOpen,
          toggle: () => { this.filtersOpen = !this.filtersOpen; },
        })}
        ${filters.parent && filters.parent !== 'any' ? this.#parentNotice(filters.parent) : nothing}
        ${this.#first.render(() => this.#list(), html`<div class="session-list">${skeletonRows(12, 'session-skeleton')}</div>`)}
        <hone-bulk-bar .ids=${[...this.#selection.ids]} ?everything=${this.#selection.everything} .filters=${filters}
          ?offerEverything=${this.#rows.nextCursor !== null && this.#selection.size >= this.#rows.size}
          .nameOf=${(id) => this.#rows.sessions().find((session) => session.id === id)?.name}
          @everything=${() => this.#select(() => { this.#selection.everything = true; })}
          @clear=${() => this.#select(() => this.#selection.clear())} @changed=${this.#changed}></hone-bulk-bar>
      </div>`;
  }

  #tools() {
    const shown = { columns: this.#columns, sort: readSort(this.query) };
    return html`
      <hone-view-menu .current=${viewQuery(this.query, shown)}></hone-view-menu>
      <hone-column-menu .chosen=${this.#columns} .available=${() => columnsThereAre(this.#rows.sessions())}
        @columns=${({ detail }) => this.#choose(detail)}></hone-column-menu>
      <hone-export-menu .filters=${this.#filters} .columns=${this.#columns} .sort=${shown.sort}
        .sessions=${() => this.#rows.sessions()}></hone-export-menu>
      ${isBin(this.#filters) ? html`<a class="button button-small" href="/sessions" data-test="leave-bin">${icon('sessions')} All sessions</a>` : html`
        ${access.may('reporter') ? html`<button type="button" class="button button-small" data-test="import"
          @click=${showImport}>${icon('upload')} Import</button>` : nothing}
        <a class="button button-small" href=${BIN} data-test="bin">${icon('bin')} Bin</a>`}
      <button type="button" class="icon-button keys-button" aria-label="Keys" title="Keys (?)" data-test="keys"
              @click=${showKeys}>${icon('keyboard')}</button>`;
  }

  #list() {
    const rows = this.#rows;
    if (rows.size === 0 && rows.held === 0) {
      return this.#nothing();
    }
    const flat = rows.flat();
    return html`
      <div class="held" role="status">${rows.held === 0 && !this.imported ? nothing : html`
        <button type="button" class="button button-main" data-test="show-new" @click=${this.#showHeld}>
          Show ${this.imported ? 'what was imported' : `${whole(rows.held)} new ${rows.held === 1 ? 'session' : 'sessions'}`}</button>`}
      </div>
      <hone-session-list .rows=${flat} .columns=${this.#columns} .sort=${readSort(this.query)} sortable
        .selected=${isBin(this.#filters) && !access.may('reporter') ? null : this.#selection.ids}
        ?foldable=${(this.#filters.parent ?? 'none') === 'none'} aria-busy=${this.#first.loading} .end=${this.#end()}
        @near-end=${() => { if (!this.more.problem) { this.#loadMore(); } }}
        @toggle=${({ detail }) => rows.toggle(detail)} @more-children=${({ detail }) => rows.loadMoreChildren(detail)}
        @select=${({ detail }) => this.#select((all) => this.#selection.pick(all, detail.index, detail))}
        @select-all=${({ detail }) => this.#select((all) => this.#selection.all(all, detail))}></hone-session-list>`;
  }

  #end() {
    const { nextCursor, size } = this.#rows;
    return html`
      <div class="list-end quiet">
        ${this.more.problem ? refreshNotice(this.more.problem, () => this.#loadMore()) : nextCursor === null
          ? `${whole(size)} ${size === 1 ? 'session' : 'sessions'}, no more`
          : html`<button type="button" class="button" ?disabled=${this.more.loading} @click=${() => this.#loadMore()}>
              ${this.more.loading ? 'Loading more…' : 'Load more'}</button>`}
      </div>`;
  }

  #nothing() {
    const clear = html`<button type="button" class="button" @click=${() => setQuery(noFilters(this.#filters))}>Clear filters</button>`;
    if (narrowing(this.#filters).length > 0) {
      return emptyPanel('No session matches', isBin(this.#filters) ? 'Nothing in the bin fits these filters.'
        : 'Nothing fits these filters. New sessions that fit will show up here.', clear);
    }
    return isBin(this.#filters)
      ? emptyPanel('The bin is empty', 'Sessions moved to the bin are kept here until they are restored, or an admin deletes them for ever.')
      : emptyPanel('No sessions yet', 'A session shows up here as soon as a job reports it.', firstCommands());
  }

  #parentNotice(parent) {
    return html`
      <div class="notice"><p>Child sessions of <a href="/sessions/${parent}"><code>${parent}</code></a></p>
        <button type="button" class="button button-small" @click=${() => setQuery({ parent: null })}>Top-level sessions only</button>
      </div>`;
  }

  #choose(columns) {
    rememberColumns(columns);
    setQuery({ column: columns }, { replace: true });
  }

  /** @param {(rows: import('./session-rows.js').Row[]) => void} change of the selection */
  #select(change) {
    change(this.#rows.flat());
    this.requestUpdate();
  }

  /** Events bring what was changed, but nobody wants to be told of their own undoing as of news. */
  #changed({ detail: action }) {
    this.#select(() => this.#selection.clear());
    if (live.state !== 'live' || (action === 'restore' && !isBin(this.#filters))) {
      this.#first.run();
    }
  }

  #showHeld() {
    if (readSort(this.query) === DEFAULT_SORT && !this.imported) {
      this.#rows.release();
      this.requestUpdate();
    } else {
      this.#first.run();
    }
    this.querySelector('hone-session-list').scrollToTop();
    this.querySelector('#session-search')?.focus({ preventScroll: true });
  }
}

function listChildren(parent, cursor) {
  return listSessions({ parent, sort: 'created_at', limit: CHILDREN, cursor });
}

customElements.define('hone-sessions-page', SessionsPage);
