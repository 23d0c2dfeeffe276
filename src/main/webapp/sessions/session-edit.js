import { html, nothing } from 'lit';
import { listCriteria } from '../criteria/criteria-api.js';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { errorAt, field, formProblem } from '../lib/field.js';
import { words } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { draftOf, merge, patchOf, withTheirs } from './session-draft.js';
import { listProjects, patchSession, readSessionTagged } from './sessions-api.js';

/** A running job changes its session all the time; saving between two of its changes may take a few tries. */
const TRIES = 8;

/**
 * Edits what people say about a session. What others save meanwhile is merged; only where both changed the same does
 * it ask.
 *
 * @property {import('./sessions-api.js').Session} session what the form starts with; later changes come with a conflict
 * @fires saved with the session as the server has it now
 * @fires cancel
 */
class SessionEdit extends HoneElement {
  static properties = {
    session: { attribute: false },
    draft: { state: true },
    busy: { state: true },
    problem: { state: true },
    conflicts: { state: true },
    known: { state: true },
  };

  /** What the server had when the fields were filled. @type {import('./sessions-api.js').Session} */
  #before;

  constructor() {
    super();
    this.busy = false;
    /** @type {Problem|null} */
    this.problem = null;
    /** @type {import('./session-draft.js').Conflict[]} */
    this.conflicts = [];
    this.known = { projects: [], criteria: [] };
  }

  willUpdate() {
    if (!this.draft) {
      this.#before = this.session;
      this.draft = draftOf(this.session);
    }
  }

  firstUpdated() {
    this.querySelector('#edit-name').focus();
    // Without these lists the fields still take what is typed, and keep what is chosen.
    listProjects().then((projects) => { this.known = { ...this.known, projects: projects.map(({ name }) => name) }; }, () => {});
    listCriteria(null).then(({ items }) => { this.known = { ...this.known, criteria: items }; }, () => {});
  }

  render() {
    const error = (name) => errorAt(this.problem, `/${name}`);
    const text = (name, label, more = {}) => field({ id: `edit-${name}`, label, error: error(name), hint: more.hint }, ({ id, invalid, describedBy }) => html`
      <input id=${id} autocomplete="off" maxlength=${more.most} list=${more.list ?? nothing} dir="auto" aria-invalid=${invalid} aria-describedby=${describedBy}
             .value=${this.draft[name]} @input=${({ target }) => this.#set({ [name]: target.value })}>`);
    return html`
      <form class="panel form session-edit" novalidate @submit=${this.#submit} data-test="edit-form" aria-labelledby="edit-title">
        <h2 id="edit-title">Edit session</h2>
        ${this.#conflictNotice()}
        ${formProblem(this.problem, ['/name', '/project', '/criteria', '/notes'])}
        <div class="edit-columns">
          ${text('name', 'Name', { most: 200 })}
          ${text('project', 'Project', { most: 100, list: 'edit-projects' })}
          <datalist id="edit-projects">${this.known.projects.map((name) => html`<option value=${name}></option>`)}</datalist>
        </div>
        ${this.#criteriaField(error('criteria'))}
        ${field({ id: 'edit-notes', label: 'Notes', error: error('notes') }, ({ id, invalid, describedBy }) => html`
          <textarea id=${id} rows="4" dir="auto" aria-invalid=${invalid} aria-describedby=${describedBy}
                    .value=${this.draft.notes} @input=${({ target }) => this.#set({ notes: target.value })}></textarea>`)}
        ${this.#tagFields()}
        <div class="actions">
          <button class="button button-main" data-test="save-session" ?disabled=${this.busy}>${this.busy ? 'Saving…' : 'Save'}</button>
          <button type="button" class="button" @click=${() => this.dispatchEvent(new Event('cancel'))}>Cancel</button>
        </div>
      </form>`;
  }

  #criteriaField(error) {
    const { criteria } = this.#before;
    const names = [...new Set([criteria?.name, ...this.known.criteria.map(({ name }) => name)].filter(Boolean))].sort();
    const hint = this.draft.criteria === (criteria?.name ?? '')
      ? criteria && `Judged by version ${criteria.version}.` : this.draft.criteria ? 'It will be judged by the newest version.' : 'It will have no verdict.';
    return field({ id: 'edit-criteria', label: 'Criteria', error, hint }, ({ id, invalid, describedBy }) => html`
      <select id=${id} aria-invalid=${invalid} aria-describedby=${describedBy} @change=${({ target }) => this.#set({ criteria: target.value })}>
        <option value="" .selected=${this.draft.criteria === ''}>None</option>
        ${names.map((name) => html`<option value=${name} .selected=${name === this.draft.criteria}>${name}</option>`)}
      </select>`);
  }

  #tagFields() {
    const change = (i, changes) => this.#set({ tags: this.draft.tags.map((tag, j) => (j === i ? { ...tag, ...changes } : tag)) });
    const errors = this.problem?.errors.filter(({ pointer }) => pointer.startsWith('/tags')) ?? [];
    return html`
      <fieldset class="edit-tags" data-test="edit-tags">
        <legend>Tags</legend>
        ${this.draft.tags.map(({ key, value }, i) => html`
          <div class="edit-tag">
            <input aria-label="Tag ${i + 1}: key" placeholder="team" maxlength="100" autocomplete="off" .value=${key}
                   @input=${({ target }) => change(i, { key: target.value })}>
            <input aria-label="Tag ${i + 1}: value" placeholder="vision" maxlength="1000" autocomplete="off" dir="auto" .value=${value}
                   @input=${({ target }) => change(i, { value: target.value })}>
            <button type="button" class="icon-button" aria-label="Remove tag ${i + 1}" title="Remove"
                    @click=${() => this.#set({ tags: this.draft.tags.filter((_, j) => j !== i) })}>${icon('cross')}</button>
          </div>`)}
        ${errors.map(({ detail }) => html`<p class="field-error">${detail}</p>`)}
        <button type="button" class="button button-small" data-test="add-tag" @click=${this.#addTag}>${icon('plus')} Add a tag</button>
      </fieldset>`;
  }

  #conflictNotice() {
    return this.conflicts.length === 0 ? nothing : html`
      <div class="notice notice-warning" role="alert" data-test="edit-conflict">${icon('warning')}
        <div><p>Somebody else changed the same meanwhile. What you typed is kept; saving again puts it in place of theirs.</p>
          <ul>${this.conflicts.map((conflict) => html`
            <li><b>${memberName(conflict.member)}</b>: theirs is ${shown(conflict.theirs)}, yours ${shown(conflict.mine)}
              <button type="button" class="button button-small" @click=${() => this.#takeTheirs(conflict)}>Take theirs</button></li>`)}</ul>
        </div></div>`;
  }

  #set(changes) {
    this.draft = { ...this.draft, ...changes };
  }

  async #addTag() {
    this.#set({ tags: [...this.draft.tags, { key: '', value: '' }] });
    await this.updateComplete;
    this.querySelector('.edit-tag:last-of-type input')?.focus();
  }

  #takeTheirs(conflict) {
    this.draft = withTheirs(this.draft, conflict);
    this.conflicts = this.conflicts.filter((one) => one !== conflict);
  }

  async #submit(event) {
    event.preventDefault();
    this.busy = true;
    this.problem = null;
    this.conflicts = [];
    try {
      await this.#save(TRIES);
    } catch (error) {
      this.problem = Problem.of(error);
      await this.updateComplete;
      this.querySelector('[aria-invalid="true"]')?.focus();
    }
    this.busy = false;
  }

  /** Meets what was typed with what the server has now, and saves it unless somebody has to decide between the two. */
  async #save(tries) {
    const { data: now, etag } = await readSessionTagged(this.session.id);
    const { draft, conflicts } = merge(draftOf(this.#before), this.draft, draftOf(now));
    this.#before = now;
    this.draft = draft;
    this.conflicts = conflicts;
    const patch = patchOf(draftOf(now), draft);
    if (conflicts.length > 0) {
      return;
    }
    if (Object.keys(patch).length === 0) {
      this.dispatchEvent(new CustomEvent('saved', { detail: now }));
      return;
    }
    try {
      const saved = await patchSession(this.session.id, patch, etag);
      announce('Saved');
      this.dispatchEvent(new CustomEvent('saved', { detail: saved }));
    } catch (error) {
      if (error.status !== 412 || tries === 0) {
        throw error;
      }
      await this.#save(tries - 1);
    }
  }
}

function memberName(member) {
  return member.startsWith('tags/') ? html`Tag ${foreign(member.slice('tags/'.length), 60)}` : words(member);
}

function shown(value) {
  return value === undefined ? 'removed' : value === '' ? 'empty' : html`“${foreign(value, 120)}”`;
}

customElements.define('hone-session-edit', SessionEdit);
