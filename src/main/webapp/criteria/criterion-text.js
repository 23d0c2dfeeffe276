import { html } from 'lit';
import { foreign } from '../lib/element.js';
import { decimal, metric } from '../lib/format.js';

const SIGNS = { '>=': '≥', '<=': '≤', '>': '>', '<': '<', '=': '=' };

/**
 * @param {import('./criteria-api.js').Criterion} criterion
 * @returns {string} like `accuracy ≥ 0.98 × baseline`
 */
export function criterionText({ metric: key, op, value, relative_to: base }) {
  return `${key} ${boundText({ metric: key, op, value, relative_to: base })}`;
}

/**
 * The same with the metric's name isolated, since somebody else chose it.
 *
 * @param {import('./criteria-api.js').Criterion} criterion
 */
export function criterionLine(criterion) {
  return html`${foreign(criterion.metric, 60)} ${boundText(criterion)}`;
}

/** @param {import('./criteria-api.js').Criterion} criterion */
export function weightText({ required, weight }) {
  return `${required ? 'required' : 'optional'}${weight === 1 ? '' : `, weight ${decimal(weight)}`}`;
}

function boundText({ metric: key, op, value, relative_to: base }) {
  const bound = base === null ? metric(key, value)
    : base === 'baseline' ? `${decimal(value)} × baseline` : `${decimal(value)} × ${metric(key, base)}`;
  return `${SIGNS[op] ?? op} ${bound}`;
}
