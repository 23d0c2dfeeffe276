import { html, nothing } from 'lit';

/**
 * A control with its label, what to know about it, and what is wrong with it.
 *
 * @param {object} field
 * @param {string} field.id
 * @param {string} field.label
 * @param {string} [field.error]
 * @param {unknown} [field.hint]
 * @param {(attributes: {id: string, invalid: unknown, describedBy: string}) => unknown} control
 */
export function field({ id, label, error, hint }, control) {
  return html`
    <div class="field" data-field=${id}>
      <label for=${id}>${label}</label>
      ${control({ id, invalid: error ? 'true' : nothing, describedBy: `${id}-hint ${id}-error` })}
      <span class="field-hint" id="${id}-hint">${hint ?? nothing}</span>
      <span class="field-error" id="${id}-error">${error ?? nothing}</span>
    </div>`;
}

/**
 * @param {import('./exchange.js').Problem|null} problem
 * @param {string} pointer
 * @returns {string|undefined} what the problem says about that member of the body
 */
export function errorAt(problem, pointer) {
  return problem?.errors.find((one) => one.pointer === pointer)?.detail;
}

/**
 * A problem of a form as a whole: nothing where its fields say it all.
 *
 * @param {import('./exchange.js').Problem|null} problem
 * @param {string[]} [pointers] of the members whose fields show what is wrong with them
 */
export function formProblem(problem, pointers = []) {
  const elsewhere = problem?.errors.filter(({ pointer }) => !pointers.includes(pointer)) ?? [];
  if (!problem || (problem.errors.length > 0 && elsewhere.length === 0)) {
    return nothing;
  }
  return html`<p class="form-problem" role="alert" data-test="form-problem">
    ${elsewhere.length > 0 ? elsewhere.map(({ detail }) => detail).join('. ') : problem.detail || problem.title}</p>`;
}
