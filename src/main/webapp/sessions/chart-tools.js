import { html, nothing } from 'lit';
import { setQuery } from '../lib/router.js';

/** The controls of charts of lines; what they say stands in the address bar. */

/**
 * @param {URLSearchParams} query
 * @returns {import('./series-option.js').Axes}
 */
export function readAxes(query) {
  const smoothing = Number(query.get('smooth'));
  return {
    x: ['elapsed', 'time'].includes(query.get('x')) ? query.get('x') : 'step',
    log: query.get('scale') === 'log',
    smoothing: smoothing > 0 && smoothing < 1 ? smoothing : 0,
  };
}

/**
 * @param {URLSearchParams} query
 * @returns {{from: number, to: number}|null} the steps zoomed into, both included
 */
export function readRange(query) {
  const [from, to] = ['from', 'to'].map((name) => (/^\d{1,15}$/.test(query.get(name) ?? '') ? Number(query.get(name)) : NaN));
  return from <= to ? { from, to } : null;
}

/**
 * One of a few, kept in the address bar.
 *
 * @param {string} label
 * @param {string} name the parameter
 * @param {[string, string|null][]} options words and value; null is the usual one
 * @param {URLSearchParams} query
 */
export function choice(label, name, options, query) {
  const values = options.map(([, value]) => value);
  const chosen = values.includes(query.get(name)) ? query.get(name) : null;
  return html`
    <div class="segments" role="group" aria-label=${label}>${options.map(([words, value]) => html`
      <button type="button" aria-pressed=${value === chosen}
              @click=${() => setQuery({ [name]: value }, { replace: true })}>${words}</button>`)}</div>`;
}

/**
 * Zooming without a mouse.
 *
 * @param {{from: number, to: number}|null} range what is shown; null for all
 * @param {() => {from: number, to: number}} all
 */
export function zoomButtons(range, all) {
  const by = (part) => {
    const whole = all();
    const { from, to } = range ?? whole;
    const change = Math.round((to - from) * part) || Math.sign(part);
    const next = { from: Math.max(whole.from, from + change), to: Math.min(whole.to, to - change) };
    const isAll = next.from === whole.from && next.to === whole.to;
    if (next.from < next.to) {
      setQuery({ from: isAll ? null : String(next.from), to: isAll ? null : String(next.to) }, { replace: true });
    }
  };
  return html`
    <div class="segments" role="group" aria-label="Zoom" title="Or drag across a chart; double-click resets">
      <button type="button" aria-label="Zoom in" data-test="zoom-in" @click=${() => by(0.25)}>+</button>
      <button type="button" aria-label="Zoom out" @click=${() => by(-0.5)}>−</button>
      <button type="button" data-test="zoom-reset" aria-disabled=${range === null ? 'true' : nothing}
              @click=${() => setQuery({ from: null, to: null }, { replace: true })}>Reset zoom</button>
    </div>`;
}

/** @param {number} smoothing */
export function smoothingField(smoothing) {
  return html`
    <label class="inline-field smoothing" title="Weight of the exponential moving average, debiased; the reported line stays behind it">
      <span class="label">Smoothing</span>
      <input type="range" min="0" max="0.99" step="0.01" .value=${String(smoothing)} data-test="smoothing"
             @change=${({ target }) => setQuery({ smooth: target.value === '0' ? null : target.value }, { replace: true })}>
      <output>${smoothing}</output>
    </label>`;
}
