import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { HoneElement } from '../lib/element.js';
import { metric, words } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { OPERATORS, TECHNIQUES } from './criteria-api.js';
import { bodyOf, draftOf, emptyCriterion } from './criteria-draft.js';
import { criterionLine } from './criterion-text.js';

const OPERATOR_NAMES = { '>=': '≥ at least', '<=': '≤ at most', '>': '> more than', '<': '< less than', '=': '= exactly' };
const MOST = 50;
/** A value that baselines of many kinds have, to show what a factor does. */
const EXAMPLE = 80;

/**
 * Writes new criteria, or a new version of some.
 *
 * @property {import('./criteria-api.js').Criteria|null} criteria what the form starts with
 * @property {import('../lib/http.js').Problem|null} problem what the server said to the last try
 * @property {boolean} busy
 * @fires save with the body to send
 * @fires cancel
 */
class CriteriaForm extends HoneElement {
  static properties = {
    criteria: { attribute: false },
    problem: { attribute: false },
    busy: { type: Boolean },
    draft: { state: true },
    errors: { state: true },
  };

  constructor() {
    super();
    this.criteria = null;
    this.problem = null;
    this.busy = false;
    /** @type {import('./criteria-draft.js').FieldError[]} */
    this.errors = [];
  }

  willUpdate(changed) {
    if (!this.draft) {
      this.draft = draftOf(this.criteria);
    }
    if (changed.has('problem')) {
      this.errors = this.problem?.errors ?? [];
    }
  }

  updated(changed) {
    if (changed.has('errors') && this.errors.length > 0) {
      this.querySelector('[aria-invalid="true"]')?.focus();
    }
  }

  render() {
    const isNew = this.criteria === null;
    return html`
      <form class="panel criteria-form" novalidate @submit=${this.#submit} data-test="criteria-form">
        <h2>${isNew ? 'New criteria' : `New version of ${this.criteria.name}`}</h2>
        ${this.#summary()}
        ${isNew ? this.#field('/name', 'Name', (id, invalid) => html`
          <input id=${id} required maxlength="100" autocomplete="off" spellcheck="false" placeholder="int8-ship" aria-invalid=${invalid}
                 aria-describedby="${id}-error" .value=${this.draft.name} @input=${(event) => this.#set({ name: event.target.value })}>`) : nothing}
        <fieldset class="criteria-rows">
          <legend>Criteria</legend>
          ${repeat(this.draft.criteria, ({ key }) => key, (criterion, i) => this.#row(criterion, i))}
          <button type="button" class="button button-small" data-test="add-criterion" ?disabled=${this.draft.criteria.length >= MOST}
                  @click=${() => this.#set({ criteria: [...this.draft.criteria, emptyCriterion()] })}>${icon('plus')} Add a criterion</button>
        </fieldset>
        <fieldset>
          <legend>Techniques <span class="quiet">(none chosen: all)</span></legend>
          <div class="technique-checks">${TECHNIQUES.map((technique) => html`
            <label class="check"><input type="checkbox" .checked=${this.draft.techniques.includes(technique)}
              @change=${(event) => this.#technique(technique, event.target.checked)}> ${words(technique)}</label>`)}</div>
        </fieldset>
        ${this.#field('/note', 'Note: why these bounds', (id, invalid) => html`
          <textarea id=${id} rows="2" aria-invalid=${invalid} aria-describedby="${id}-error" .value=${this.draft.note}
                    @input=${(event) => this.#set({ note: event.target.value })}></textarea>`)}
        <div class="actions">
          <button class="button button-main" data-test="save-criteria" ?disabled=${this.busy}>
            ${this.busy ? 'Saving…' : isNew ? 'Create' : `Save as version ${this.criteria.version + 1}`}</button>
          <button type="button" class="button" @click=${() => this.dispatchEvent(new Event('cancel'))}>Cancel</button>
        </div>
      </form>`;
  }

  /** What no field shows: problems as a whole, and errors that point elsewhere. */
  #summary() {
    const shown = new Set([...this.querySelectorAll('[data-pointer]')].map((field) => field.dataset.pointer));
    const elsewhere = this.errors.filter(({ pointer }) => !shown.has(pointer));
    // Fields without a number are found here; what the server said before is past then.
    const problem = this.errors === this.problem?.errors ? this.problem : null;
    if (!problem && this.errors.length === 0) {
      return nothing;
    }
    return html`
      <div class="notice notice-warning" role="alert">${icon('warning')}
        <div><p>${problem ? `${problem.title}. ${problem.detail}` : 'Some fields hold no number.'}</p>
          ${elsewhere.map(({ pointer, detail }) => html`<p class="field-error"><code>${pointer}</code> ${detail}</p>`)}
        </div></div>`;
  }

  #row(criterion, i) {
    const at = (name) => `/criteria/${i}/${name}`;
    const change = (changes) => this.#set({ criteria: this.draft.criteria.map((one, j) => (j === i ? { ...one, ...changes } : one)) });
    const input = (name, field, label, extra = {}) => this.#field(at(name), label, (id, invalid) => html`
      <input id=${id} autocomplete="off" spellcheck="false" inputmode=${extra.mode ?? 'decimal'} placeholder=${extra.placeholder ?? ''}
             aria-invalid=${invalid} aria-describedby="${id}-error" .value=${criterion[field]}
             @input=${(event) => change({ [field]: event.target.value })}>`);
    return html`
      <div class="criterion-row" role="group" aria-label="Criterion ${i + 1}">
        ${input('metric', 'metric', 'Metric', { mode: 'text', placeholder: 'accuracy' })}
        ${this.#field(at('op'), 'Must be', (id, invalid) => html`
          <select id=${id} aria-invalid=${invalid} @change=${(event) => change({ op: event.target.value })}>
            ${OPERATORS.map((op) => html`<option value=${op} ?selected=${op === criterion.op}>${OPERATOR_NAMES[op]}</option>`)}
          </select>`)}
        ${input('value', 'value', criterion.base === 'none' ? 'Value' : 'Factor', { placeholder: '0.98' })}
        ${this.#field(at('base'), 'Times', (id) => html`
          <select id=${id} @change=${(event) => change({ base: event.target.value })}>
            ${[['none', 'nothing: absolute'], ['baseline', 'the baseline'], ['number', 'a number']].map(([value, label]) => html`
              <option value=${value} ?selected=${value === criterion.base}>${label}</option>`)}
          </select>`)}
        ${criterion.base === 'number' ? input('relative_to', 'baseValue', 'Number') : nothing}
        ${input('weight', 'weight', 'Weight')}
        <label class="check criterion-required"><input type="checkbox" .checked=${criterion.required}
          @change=${(event) => change({ required: event.target.checked })}> Required</label>
        <button type="button" class="icon-button" aria-label="Remove criterion ${i + 1}" title="Remove" ?disabled=${this.draft.criteria.length === 1}
                @click=${() => this.#set({ criteria: this.draft.criteria.filter((_, j) => j !== i) })}>${icon('cross')}</button>
        ${preview(criterion)}
      </div>`;
  }

  #field(pointer, label, control) {
    const id = `field${pointer.replaceAll('/', '-')}`;
    const error = this.errors.find((one) => one.pointer === pointer);
    return html`
      <div class="field field-${pointer.split('/').at(-1)}" data-pointer=${pointer}>
        <label for=${id}>${label}</label>
        ${control(id, error ? 'true' : nothing)}
        <span class="field-error" id="${id}-error">${error?.detail ?? nothing}</span>
      </div>`;
  }

  #technique(technique, chosen) {
    this.#set({ techniques: TECHNIQUES.filter((one) => (one === technique ? chosen : this.draft.techniques.includes(one))) });
  }

  #set(changes) {
    this.draft = { ...this.draft, ...changes };
  }

  #submit(event) {
    event.preventDefault();
    const { body, errors } = bodyOf(this.draft, this.criteria === null);
    this.errors = errors;
    if (errors.length === 0) {
      this.dispatchEvent(new CustomEvent('save', { detail: body }));
    }
  }
}

/** How the criterion will read, once it makes sense; a bound relative to a baseline comes with an example. */
function preview(criterion) {
  const { body: { criteria: [said] }, errors } = bodyOf({ name: '', note: '', techniques: [], criteria: [criterion] }, false);
  return said.metric === '' || errors.length > 0 ? nothing : html`
    <p class="criterion-preview quiet" data-test="criterion-preview">Met if ${criterionLine(said)}${said.relative_to === 'baseline'
      ? `: a baseline of ${EXAMPLE} asks for ${metric(said.metric, EXAMPLE * said.value)}` : nothing}.</p>`;
}

customElements.define('hone-criteria-form', CriteriaForm);
