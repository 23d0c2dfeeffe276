import { svg, html } from 'lit';

/** Lines of one colour differ in how they are dashed: solid, dashed, dotted. */
const COLORS = 6;
const DASHES = ['solid', 'dashed', 'dotted'];
const STROKES = { solid: '', dashed: '5 3', dotted: '1.5 2.5' };

/**
 * @param {number} index of the session in the comparison
 * @returns {{token: string, dash: 'solid'|'dashed'|'dotted'}} how its line is drawn
 */
export function look(index) {
  return { token: `series-${index % COLORS + 1}`, dash: DASHES[Math.floor(index / COLORS) % DASHES.length] };
}

/** @param {number} index of the session in the comparison */
export function swatch(index) {
  const { token, dash } = look(index);
  return html`<svg class="swatch swatch-${token}" viewBox="0 0 18 6" aria-hidden="true">${
    svg`<path d="M0 3h18" stroke-dasharray=${STROKES[dash]}></path>`}</svg>`;
}
