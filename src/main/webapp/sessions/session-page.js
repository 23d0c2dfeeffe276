import { html, nothing } from 'lit';
import { access } from '../lib/access.js';
import { Page, announce } from '../lib/element.js';
import { words } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { setQuery } from '../lib/router.js';
import { actionNotice, keyHint, refreshNotice, skeletonBlock } from '../lib/states.js';
import { progressBar, statusBadge, verdictBadge } from './badges.js';
import { showJson } from './json-dialog.js';
import { byInterest } from './metric-order.js';
import { actionButtons, binNotice } from './session-actions.js';
import { errorPanel, factsPanel, metricsPanel, paramsPanel, tagsAndNotesPanel } from './session-details.js';
import { costPanel } from './session-cost.js';
import { guidancePart } from './session-guidance.js';
import { verdictPanel } from './session-verdict.js';
import { FINAL, readCost, readGuidance, readSession, readVerdict, rejudge, withEvent } from './sessions-api.js';
import { readSnippets, reportSnippets } from './snippets.js';
import '../lib/tabs.js';
import './session-audit.js';
import './session-charts.js';
import './session-children.js';
import './session-edit.js';

/** The verdict is read again so long after a change: a burst of steps asks once. */
const SETTLE_MS = 600;

/** What was read, unless an event that came meanwhile tells of a later state. */
function newer(read, known) {
  return known?.id === read.id && known.version > read.version ? known : read;
}

/** One session: how it goes, whether it is good enough, what it was told, who did what. */
class SessionPage extends Page {
  static properties = {
    judging: { state: true },
    judgeProblem: { state: true },
    acting: { state: true },
    actionProblem: { state: true },
  };

  #session = new Loader(this, async (signal) => newer(await readSession(this.params.id, signal), this.#session.value));
  #verdict = new Loader(this, (signal) => readVerdict(this.params.id, signal));
  #guidance = new Loader(this, (signal) => readGuidance(this.params.id, signal));
  #cost = new Loader(this, (signal) => readCost(this.params.id, signal));
  #live = new LiveTopics(this, () => [`session:${this.params.id}`], (event) => this.#receive(event));
  #settle = 0;
  /** Events that came before the session did. */
  #early = [];

  constructor() {
    super();
    this.judging = false;
    /** @type {Problem|null} */
    this.judgeProblem = null;
    this.acting = false;
    /** @type {Problem|null} */
    this.actionProblem = null;
  }

  get heading() {
    return this.#session.value?.name ?? 'Session';
  }

  async firstUpdated() {
    await this.#live.ready;
    await this.#load();
    this.#early.splice(0).forEach((event) => this.#receive(event));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#settle);
  }

  async #load() {
    await this.#session.run();
    if (this.#session.value?.criteria) {
      this.#verdict.run();
    }
    if (this.#session.value) {
      this.#cost.run();
    }
    this.#advise(null);
  }

  /** Asks what to do about an error that is new. */
  #advise(before) {
    const { error = null } = this.#session.value ?? {};
    if (error !== null && (error.category !== before?.category || error.message !== before?.message)) {
      this.#guidance.value = null;
      this.#guidance.run();
    }
  }

  #receive(event) {
    const before = this.#session.value;
    if (event.event === 'resync') {
      this.#load();
      this.querySelector('hone-session-charts')?.reload();
      this.querySelector('hone-session-audit')?.reload();
      return;
    }
    if (before === null) {
      this.#early.push(event);
      return;
    }
    if (event.event === 'session.purged') {
      this.#purged();
      return;
    }
    if (event.event === 'session.steps') {
      const charts = this.querySelector('hone-session-charts');
      event.data.truncated ? charts?.reload() : charts?.append(event.data.steps);
      return;
    }
    this.#session.value = withEvent(before, event);
    if (this.#session.value !== before) {
      this.requestUpdate();
      this.#afterChange(before, this.#session.value, event.event);
    }
  }

  #afterChange(before, session, kind) {
    if (session.status !== before.status) {
      announce(`Status: ${words(session.status)}`);
      this.#cost.refresh();
    }
    this.#advise(before.error);
    if (kind !== 'session.metrics') {
      this.querySelector('hone-session-audit')?.reload();
    }
    if (session.criteria && !this.#settle) {
      this.#settle = setTimeout(() => {
        this.#settle = 0;
        this.#verdict.refresh();
      }, SETTLE_MS);
    }
  }

  #purged() {
    this.#session.value = null;
    this.#session.problem = new Problem(404, { title: 'Purged' });
    this.requestUpdate();
  }

  /** @type {import('./session-actions.js').Act} */
  async #act(said, call) {
    this.acting = true;
    this.actionProblem = null;
    try {
      await call();
      announce(said);
      await this.#load();
      this.querySelector('hone-session-audit')?.reload();
    } catch (error) {
      this.actionProblem = Problem.of(error);
    }
    this.acting = false;
  }

  #saved(session) {
    this.#session.value = session;
    setQuery({ edit: null });
    this.#load();
    this.querySelector('hone-session-audit')?.reload();
  }

  async #rejudge() {
    this.judging = true;
    this.judgeProblem = null;
    try {
      this.#verdict.value = await rejudge(this.params.id);
      announce(`Verdict: ${words(this.#verdict.value.verdict ?? 'none')}`);
      await this.#session.run();
      this.querySelector('hone-session-audit')?.reload();
    } catch (error) {
      this.judgeProblem = Problem.of(error);
    }
    this.judging = false;
  }

  render() {
    if (this.#session.value === null && this.#session.problem?.status === 404) {
      return this.#vanished();
    }
    return html`
      <div class="page">
        ${this.#session.render((session) => this.#content(session), skeleton())}
      </div>`;
  }

  #content(session) {
    const view = { busy: this.acting, act: (said, call) => this.#act(said, call) };
    return html`
      ${this.#header(session, view)}
      ${this.actionProblem ? actionNotice(this.actionProblem, () => { this.actionProblem = null; }) : nothing}
      ${binNotice(session, view)}
      ${this.query.has('edit') && access.may('reporter') && !session.deleted_at ? html`
        <hone-session-edit .session=${session} @saved=${({ detail }) => this.#saved(detail)}
                           @cancel=${() => setQuery({ edit: null })}></hone-session-edit>` : nothing}
      <div class="session-columns">
        <div class="stack">
          ${errorPanel(session, this.#guidancePart(session))}
          ${this.#verdictPart(session)}
          <section class="panel" aria-labelledby="charts">
            <div class="panel-head"><h2 id="charts">Metrics</h2></div>
            <hone-session-charts .session=${session} .query=${this.query}></hone-session-charts>
          </section>
          <hone-session-children .parent=${session.id}></hone-session-children>
          ${metricsPanel(session)}
          ${snippetPanel(session)}
          <section class="panel" aria-labelledby="audit">
            <div class="panel-head"><h2 id="audit">History</h2></div>
            <hone-session-audit .session=${session.id}></hone-session-audit>
          </section>
        </div>
        <div class="stack">
          ${factsPanel(session)}
          ${this.#cost.value ? costPanel(this.#cost.value) : nothing}
          ${paramsPanel(session)}
          ${tagsAndNotesPanel(session)}
        </div>
      </div>`;
  }

  #header(session, view) {
    return html`
      <nav class="crumbs" aria-label="Way here"><a href="/sessions">Sessions</a>
        ${session.parent_id ? html`<span aria-hidden="true">/</span> <a href="/sessions/${session.parent_id}">Parent session</a>` : nothing}</nav>
      <div class="page-head session-title">
        <h1 dir="auto" title=${session.name}>${session.name}</h1>
        <div class="actions">
          ${actionButtons(session, view)}
          <button type="button" class="button button-small" data-test="raw-json" @click=${() => showJson('Session as JSON', session)}>JSON</button>
        </div>
      </div>
      <div class="session-state" data-test="session-state" data-status=${session.status}>
        ${statusBadge(session.status)}
        ${session.verdict === null ? nothing : verdictBadge(session.verdict)}
        ${session.progress === null ? nothing : progressBar(session)}
        <span class="quiet">updated <hone-time relative .at=${session.updated_at}></hone-time></span>
      </div>`;
  }

  #guidancePart({ error, technique }) {
    const failure = error && access.may('reporter') ? { message: error.message, technique } : null;
    return this.#guidance.render((guidance) => guidancePart(guidance, failure), skeletonBlock('skeleton-verdict'));
  }

  #verdictPart({ criteria, deleted_at: binned }) {
    if (criteria === null) {
      return nothing;
    }
    return html`
      ${this.judgeProblem ? refreshNotice(this.judgeProblem, () => this.#rejudge()) : nothing}
      ${this.#verdict.render((verdict) => (verdict.criteria === null ? nothing
        : verdictPanel(verdict, { busy: this.judging, rejudge: access.may('reporter') && !binned ? () => this.#rejudge() : null })), skeletonBlock('skeleton-verdict'))}`;
  }

  #vanished() {
    return html`
      <div class="page">
        <section class="state-panel" role="alert" data-test="vanished">
          <h1>No such session</h1>
          <p>There is no session <code>${this.params.id}</code>. It may have been deleted, or the address has a typo.</p>
          <p class="actions"><a class="button" href="/sessions">All sessions</a>
            <button type="button" class="button" @click=${() => this.#load()}>Look again</button></p>
        </section>
      </div>`;
  }
}

function snippetPanel(session) {
  const [key = 'accuracy'] = byInterest(Object.keys(session.metrics));
  const final = FINAL.has(session.status) || Boolean(session.deleted_at);
  const snippets = final ? readSnippets(session.id, key) : reportSnippets(session.id, key, (session.metrics[key]?.last_step ?? 0) + 1);
  return html`
    <section class="panel" aria-labelledby="snippet">
      <div class="panel-head"><h2 id="snippet">${final ? 'Read it from code' : 'Report to it from code'}</h2></div>
      <hone-tabs label="Language" .tabs=${Object.entries(snippets).map(([name, code]) => ({
        name, content: html`<hone-code .label=${`${name} code`} .text=${code}></hone-code>`,
      }))}></hone-tabs>
      ${keyHint(final ? 'viewer' : 'reporter')}
    </section>`;
}

function skeleton() {
  return html`
    ${skeletonBlock('skeleton-title')}
    <div class="session-columns">
      <div class="stack">${skeletonBlock('skeleton-verdict')}${skeletonBlock('skeleton-charts')}</div>
      <div class="stack">${skeletonBlock('skeleton-facts')}</div>
    </div>`;
}

customElements.define('hone-session-page', SessionPage);
