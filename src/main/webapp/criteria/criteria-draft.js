/**
 * Criteria being written: all numbers as the text in their fields, so that "0." can be typed on the way to "0.5".
 *
 * @typedef {{metric: string, op: string, value: string, base: 'none'|'baseline'|'number', baseValue: string,
 *   weight: string, required: boolean, key: number}} CriterionDraft
 * @typedef {{name: string, note: string, techniques: string[], criteria: CriterionDraft[]}} Draft
 * @typedef {{pointer: string, detail: string}} FieldError
 */

let keys = 0;

/** @returns {CriterionDraft} */
export function emptyCriterion() {
  return { metric: '', op: '>=', value: '', base: 'none', baseValue: '', weight: '1', required: true, key: ++keys };
}

/**
 * @param {import('./criteria-api.js').Criteria|null} criteria null starts new ones
 * @returns {Draft}
 */
export function draftOf(criteria) {
  if (criteria === null) {
    return { name: '', note: '', techniques: [], criteria: [emptyCriterion()] };
  }
  return {
    name: criteria.name,
    note: criteria.note ?? '',
    techniques: [...criteria.techniques],
    criteria: criteria.criteria.map(({ metric, op, value, relative_to: base, weight, required }) => ({
      metric, op, value: String(value), weight: String(weight), required, key: ++keys,
      base: base === null ? 'none' : base === 'baseline' ? 'baseline' : 'number',
      baseValue: typeof base === 'number' ? String(base) : '',
    })),
  };
}

/**
 * @param {Draft} draft
 * @param {boolean} withName
 * @returns {{body: object, errors: FieldError[]}} errors: fields that hold no number; the server judges the rest
 */
export function bodyOf(draft, withName) {
  const errors = [];
  const number = (text, pointer) => {
    const value = Number(text.trim().replace(',', '.'));
    if (text.trim() === '' || !Number.isFinite(value)) {
      errors.push({ pointer, detail: 'must be a number' });
    }
    return value;
  };
  const criteria = draft.criteria.map(({ metric, op, value, base, baseValue, weight, required }, i) => ({
    metric: metric.trim(),
    op,
    value: number(value, `/criteria/${i}/value`),
    relative_to: base === 'number' ? number(baseValue, `/criteria/${i}/relative_to`) : base === 'baseline' ? 'baseline' : null,
    weight: number(weight, `/criteria/${i}/weight`),
    required,
  }));
  const note = draft.note.trim();
  return {
    body: { ...(withName ? { name: draft.name.trim() } : {}), ...(note ? { note } : {}), techniques: draft.techniques, criteria },
    errors,
  };
}
