import { html, nothing } from 'lit';
import { access } from '../lib/access.js';
import { Page, announce } from '../lib/element.js';
import { words } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { navigate, setQuery } from '../lib/router.js';
import { refreshNotice, skeletonBlock } from '../lib/states.js';
import { deleteCriteria, listVersions, readCriteria, rejudgeAll, saveCriteria } from './criteria-api.js';
import { changesBetween } from './criteria-diff.js';
import { criterionLine, weightText } from './criterion-text.js';
import './criteria-form.js';

const KINDS = { added: 'Added', removed: 'Removed', changed: 'Changed' };

/** One set of criteria: what it asks for now, what its versions changed, a form for the next one (`?edit=1`). */
class CriterionPage extends Page {
  static properties = {
    busy: { state: true },
    problem: { state: true },
    rejudged: { state: true },
  };

  /** Whether this page deletes what it shows: there is nothing to read again then. */
  #leaving = false;
  #loader = new Loader(this, (signal) => this.#load(signal));
  #live = new LiveTopics(this, () => ['criteria'], ({ event, data }) => {
    if (!this.#leaving && (event === 'resync' || data.name === this.params.name)) {
      this.#loader.refresh();
    }
  });

  constructor() {
    super();
    this.busy = false;
    /** @type {Problem|null} */
    this.problem = null;
    this.rejudged = '';
  }

  get heading() {
    return this.params.name;
  }

  async firstUpdated() {
    await this.#live.ready;
    this.#loader.run();
  }

  async #load(signal) {
    const [{ data, etag }, versions] = await Promise.all([
      readCriteria(this.params.name, signal), listVersions(this.params.name, signal)]);
    return { newest: data, etag, versions };
  }

  render() {
    return html`
      <div class="page stack">
        <div>
          <nav class="crumbs" aria-label="Way here"><a href="/criteria">Criteria</a></nav>
          <div class="page-head"><h1>${this.params.name}</h1>${this.#actions()}</div>
          ${this.#gone ? this.#goneNotice() : this.#loader.render((value) => this.#content(value), skeletonBlock('skeleton-verdict'))}
        </div>
      </div>
      ${this.#dialog()}`;
  }

  get #editing() {
    return this.query.has('edit') && access.may('admin');
  }

  get #gone() {
    return this.#loader.problem?.status === 404;
  }

  #actions() {
    return this.#loader.value === null || this.#gone || this.#editing || !access.may('admin') ? nothing : html`
      <div class="actions">
        <button type="button" class="button button-main" data-test="edit-criteria"
                @click=${() => setQuery({ edit: '1' })}>Edit</button>
        <button type="button" class="button button-danger" data-test="delete-criteria"
                @click=${() => this.querySelector('dialog').showModal()}>Delete</button>
      </div>`;
  }

  #goneNotice() {
    return html`
      <section class="state-panel" role="alert">
        <h2>No such criteria</h2>
        <p>There are no criteria of this name now. Sessions judged by them keep their verdicts.</p>
        <p class="actions"><a class="button" href="/criteria">All criteria</a></p>
      </section>`;
  }

  #content({ newest, versions }) {
    const asked = Number(this.query.get('version'));
    const shown = versions.find(({ version }) => version === asked) ?? newest;
    return html`
      <div class="stack">
        ${this.problem && !this.#editing ? refreshNotice(this.problem, () => { this.problem = null; }) : nothing}
        ${this.#editing ? this.#form(newest) : this.#version(shown, newest)}
        ${this.#versions(versions, shown)}
      </div>`;
  }

  #form(newest) {
    return html`
      <hone-criteria-form .criteria=${newest} .problem=${this.problem} ?busy=${this.busy}
        @save=${(event) => this.#save(event.detail)}
        @cancel=${() => { this.problem = null; setQuery({ edit: null }); }}></hone-criteria-form>`;
  }

  #version(shown, newest) {
    return html`
      <section class="panel" aria-labelledby="version" data-test="criteria-version">
        <div class="panel-head">
          <h2 id="version">Version ${shown.version}</h2>
          ${shown.version === newest.version ? html`<span class="quiet">the newest</span>`
            : html`<button type="button" class="button button-small" @click=${() => setQuery({ version: null })}>Show the newest</button>`}
        </div>
        <table class="table">
          <thead><tr><th scope="col">Criterion</th><th scope="col">Counts as</th></tr></thead>
          <tbody>${shown.criteria.map((criterion) => html`
            <tr><th scope="row">${criterionLine(criterion)}</th><td>${weightText(criterion)}</td></tr>`)}</tbody>
        </table>
        <p class="criteria-for">For ${shown.techniques.length === 0 ? 'all techniques' : shown.techniques.map(words).join(', ')}.</p>
        ${shown.note ? html`<p class="notes" dir="auto" tabindex="0" role="group" aria-label="Note">${shown.note}</p>` : nothing}
      </section>`;
  }

  #versions(versions, shown) {
    return html`
      <section class="panel" aria-labelledby="versions" data-test="criteria-versions">
        <div class="panel-head"><h2 id="versions">Versions</h2>
          <a href=${`/sessions?parent=any&criteria=${encodeURIComponent(this.params.name)}`} data-test="judged-sessions">Sessions judged by
            these criteria</a></div>
        ${versions.length > 1 ? html`<p class="quiet versions-note">Sessions keep the version they were judged by until somebody judges
          them anew.</p>${this.#rejudging(versions[0].version)}` : nothing}
        <ol class="versions">${versions.map((version, i) => html`
          <li>
            <div class="version-head">
              <a href="?version=${version.version}"
                 aria-current=${version.version === shown.version ? 'true' : nothing}>Version ${version.version}</a>
              <span class="quiet"><hone-time .at=${version.created_at}></hone-time> by <bdi>${version.created_by}</bdi></span>
            </div>
            <ul>${changesBetween(version, versions[i + 1]).map(({ kind, text }) => html`
              <li class="change is-${kind}"><span class="change-kind">${KINDS[kind]}</span> <bdi>${text}</bdi></li>`)}</ul>
            ${version.note && version.note !== versions[i + 1]?.note ? html`<p class="quiet" dir="auto">${version.note}</p>` : nothing}
          </li>`)}
        </ol>
      </section>`;
  }

  #rejudging(newest) {
    return access.may('reporter') ? html`
      <p class="actions">
        <button type="button" class="button button-small" data-test="rejudge-all" ?disabled=${this.busy}
                @click=${this.#rejudgeAll}>${this.busy ? 'Judging…' : `Judge all by version ${newest}`}</button>
        <span role="status" data-test="rejudged">${this.rejudged}</span>
      </p>` : nothing;
  }

  async #rejudgeAll() {
    this.busy = true;
    this.problem = null;
    this.rejudged = '';
    try {
      const { matched, changed, refused, refusals } = await rejudgeAll(this.params.name);
      this.rejudged = matched === 0 ? 'No session is judged by these criteria.'
        : `${changed} of ${matched} judged anew.${refused === 0 ? '' : ` ${refused} refused: ${refusals[0].detail}.`}`;
    } catch (error) {
      this.problem = Problem.of(error);
    }
    this.busy = false;
  }

  #dialog() {
    return html`
      <dialog aria-labelledby="delete-title" data-test="delete-dialog">
        <h2 id="delete-title">Delete ${this.params.name}?</h2>
        <p>New sessions can no longer name it. Sessions judged by it keep their version and verdict, and the name may be
          used again.</p>
        <form method="dialog" class="actions">
          <button class="button" autofocus>Keep</button>
          <button class="button button-danger" data-test="confirm-delete" @click=${this.#delete}>Delete</button>
        </form>
      </dialog>`;
  }

  async #save(body) {
    this.busy = true;
    this.problem = null;
    try {
      const saved = await saveCriteria(this.params.name, body, this.#loader.value.etag);
      announce(`Saved as version ${saved.version}`);
      await this.#loader.run();
      setQuery({ edit: null, version: null });
    } catch (error) {
      this.problem = explained(Problem.of(error));
      if (this.problem.status === 412) {
        // The next try is then against the version the notice speaks of.
        await this.#loader.run();
      }
    }
    this.busy = false;
  }

  async #delete() {
    this.#leaving = true;
    try {
      await deleteCriteria(this.params.name);
      announce(`${this.params.name} deleted`);
      navigate('/criteria', { replace: true });
    } catch (error) {
      this.#leaving = false;
      this.problem = Problem.of(error);
    }
  }
}

function explained(problem) {
  return problem.status === 412
    ? new Problem(412, { title: 'Somebody else saved a version meanwhile', detail: 'Look at it below; saving again puts yours after it.' })
    : problem;
}

customElements.define('hone-criterion-page', CriterionPage);
