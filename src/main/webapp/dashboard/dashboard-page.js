import { html, nothing } from 'lit';
import { Page, foreign } from '../lib/element.js';
import { percent, whole, words } from '../lib/format.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { navigate, setQuery, withQuery } from '../lib/router.js';
import { emptyPanel, firstCommands, skeletonBlock, skeletonRows } from '../lib/states.js';
import { listProjects, withEvent } from '../sessions/sessions-api.js';
import { readStats } from './dashboard-api.js';
import { recentSessions } from './recent.js';
import { durations, statusLedger, successRate, verdicts } from './summary.js';
import '../lib/meter.js';
import './timeline.js';

const WINDOWS = { '24h': '24 hours', '7d': '7 days', '30d': '30 days', all: 'All time' };

/** What happened lately, over all sessions or those of one project; moves by itself. */
class DashboardPage extends Page {
  static properties = { projects: { state: true } };

  #stats = new Loader(this, (signal) => readStats(this.window, this.project, signal));
  #live = new LiveTopics(this, () => ['dashboard', 'sessions'], (event) => this.#receive(event));

  constructor() {
    super();
    this.projects = [];
  }

  get heading() {
    return 'Dashboard';
  }

  get window() {
    const asked = this.query.get('window');
    return Object.hasOwn(WINDOWS, asked ?? '') ? asked : '7d';
  }

  get project() {
    return this.query.get('project');
  }

  async firstUpdated() {
    await this.#live.ready;
    this.#load();
  }

  willUpdate(changed) {
    if (changed.has('query') && this.hasUpdated) {
      this.#stats.run();
    }
  }

  #load() {
    this.#stats.run();
    this.#listProjects();
  }

  #listProjects() {
    // Without its list the project selector still shows the chosen one.
    listProjects().then((projects) => { this.projects = projects; }, () => {});
  }

  #receive(event) {
    if (event.event === 'resync') {
      this.#load();
      return;
    }
    if (event.event === 'dashboard.changed') {
      this.#stats.refresh();
      return;
    }
    if (event.event === 'session.created' && !this.projects.some(({ name }) => name === event.data.project)) {
      this.#listProjects();
    }
    const stats = this.#stats.value;
    if (stats) {
      const recent = stats.recent.map((session) => withEvent(session, event));
      if (recent.some((session, i) => session !== stats.recent[i])) {
        this.#stats.value = { ...stats, recent };
        this.requestUpdate();
      }
    }
  }

  render() {
    return html`
      <div class="page">
        <div class="page-head">
          <h1>Dashboard</h1>
          ${this.#projectSelect()}
          <nav class="segments" aria-label="Time window">
            ${Object.entries(WINDOWS).map(([window, label]) => html`
              <a href=${withQuery({ window })} data-test="window-${window}"
                 aria-current=${window === this.window ? 'true' : nothing}>${label}</a>`)}
          </nav>
        </div>
        ${this.#stats.render((stats) => this.#content(stats), skeleton())}
      </div>`;
  }

  #projectSelect() {
    const names = this.projects.map(({ name }) => name);
    if (this.project && !names.includes(this.project)) {
      names.unshift(this.project);
    }
    return html`
      <label class="inline-field"><span class="label">Project</span>
        <select data-test="project" @change=${(event) => setQuery({ project: event.target.value })}>
          <option value="" ?selected=${!this.project}>All projects</option>
          ${names.map((name) => html`<option value=${name} ?selected=${name === this.project}>${name}</option>`)}
        </select>
      </label>`;
  }

  #content(stats) {
    const { sessions } = stats;
    if (sessions.total === 0) {
      return this.project || this.projects.length > 0 ? this.#nothingHere() : emptyPanel('No sessions yet',
        'A session is one run of quantization, pruning, distillation or search. It shows up here as soon as a job reports it.',
        firstCommands());
    }
    const link = (filters) => this.#sessionsLink(filters);
    return html`
      <div class="dash">
        <section class="panel dash-ledger" aria-label="Sessions by status">${statusLedger(sessions, link)}</section>
        <section class="panel dash-success" aria-labelledby="success">${successRate(sessions, link)}</section>
        <section class="panel dash-durations" aria-labelledby="durations">${durations(stats.durations_ms, link)}</section>
        <section class="panel dash-timeline" aria-labelledby="timeline">
          <h2 id="timeline">Over time</h2>
          <hone-timeline .timeline=${stats.timeline} ?fine=${this.window === '24h'}
            @bucket=${({ detail }) => navigate(link(detail))}></hone-timeline>
        </section>
        <section class="panel dash-techniques" aria-labelledby="techniques">
          <h2 id="techniques">Techniques</h2>${this.#techniques(sessions)}
        </section>
        <section class="panel dash-recent" aria-labelledby="recent">
          <div class="panel-head"><h2 id="recent">Recent sessions</h2><a href=${this.#sessionsLink({})}>All sessions</a></div>
          ${recentSessions(stats.recent)}
        </section>
        <section class="panel dash-verdicts" aria-labelledby="verdicts">${verdicts(sessions.verdicts, link)}</section>
        <section class="panel dash-models" aria-labelledby="models">
          <h2 id="models">Top models</h2>${this.#models(stats.top_models)}
        </section>
        <section class="panel dash-failures" aria-labelledby="failures">
          <h2 id="failures">Top failures</h2>${this.#failures(stats.top_failures)}
        </section>
      </div>`;
  }

  #nothingHere() {
    return emptyPanel('No sessions in this window', html`
      Nothing was reported ${this.project ? html`in project ${foreign(this.project)}` : ''} here.
      <a href="/?window=all">Look at all time and all projects</a>, or put a first session in:`, firstCommands());
  }

  #techniques({ by_technique: counts, total }) {
    const rows = Object.entries(counts).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
    return html`<ul class="bar-list">${rows.map(([technique, count]) => html`
      <li>
        <a href=${this.#sessionsLink({ technique })}>${words(technique)}</a>
        <span class="number">${whole(count)}</span>
        <hone-meter .value=${count / total}></hone-meter>
      </li>`)}</ul>`;
  }

  #models(models) {
    return models.length === 0 ? html`<p class="quiet">None yet</p>` : html`
      <table class="table">
        <thead><tr><th scope="col">Model</th><th scope="col" class="number">Sessions</th><th scope="col" class="number">Success</th></tr></thead>
        <tbody>${models.map(({ model, sessions, success_rate: rate }) => html`
          <tr><th scope="row"><a href=${this.#sessionsLink({ model })}>${foreign(model, 60)}</a></th>
            <td class="number">${whole(sessions)}</td><td class="number">${percent(rate)}</td></tr>`)}
        </tbody>
      </table>`;
  }

  #failures(failures) {
    const most = Math.max(...failures.map(({ count }) => count));
    return failures.length === 0 ? html`<p class="quiet">No failures</p>` : html`
      <ul class="bar-list tone-bad">${failures.map(({ category, count }) => html`
        <li><a href=${this.#sessionsLink({ error_category: category })}>${words(category)}</a><span class="number">${whole(count)}</span>
          <hone-meter .value=${count / most}></hone-meter></li>`)}</ul>`;
  }

  /** To exactly those that a figure counts: of the project, created in the window, children too. */
  #sessionsLink(filters) {
    const since = this.window === 'all' ? {} : { created_after: this.#stats.value.timeline[0].at };
    const query = new URLSearchParams();
    Object.entries({ parent: 'any', ...since, ...filters, project: this.project ?? [] })
      .forEach(([name, values]) => [values].flat().forEach((value) => query.append(name, value)));
    return `/sessions?${query}`;
  }
}

function skeleton() {
  return html`
    <div class="dash">
      ${['ledger', 'success', 'durations', 'timeline', 'techniques'].map((name) => html`
        <div class="panel dash-${name}">${skeletonBlock('skeleton-fill')}</div>`)}
      <div class="panel dash-recent">${skeletonRows(10, 'tall')}</div>
    </div>`;
}

customElements.define('hone-dashboard-page', DashboardPage);
