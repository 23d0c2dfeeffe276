import { html, nothing } from 'lit';
import { bytes, decimal, duration, percent, whole, words } from '../lib/format.js';
import { stateBadge } from './state-badge.js';

/**
 * @typedef {object} Advice
 * @property {string} severity
 * @property {string|null} cache
 * @property {string} title
 * @property {string} detail
 * @property {string} suggestion
 * @property {Record<string, unknown>} evidence
 *
 * What could be better, each with the numbers that say so.
 *
 * @param {Advice[]} all
 */
export function adviceList(all) {
  return all.length === 0
    ? html`<p class="quiet" data-test="no-advice">Nothing to recommend. Advice comes once a cache was read often enough to tell.</p>`
    : html`<ul class="advice" data-test="advice">${all.map((advice) => html`
        <li data-test="recommendation" data-severity=${advice.severity}>
          ${stateBadge(advice.severity)}
          <div>
            <h3>${advice.title}</h3>
            <p>${advice.detail} ${advice.suggestion}</p>
            ${evidence(advice.evidence)}
          </div>
        </li>`)}</ul>`;
}

function evidence(numbers) {
  const all = Object.entries(numbers).filter(([, value]) => value !== null && value !== '' && !Array.isArray(value));
  return all.length === 0 ? nothing
    : html`<dl class="evidence" aria-label="Evidence">${all.map(([name, value]) => html`<div><dt>${named(name)}</dt><dd>${shown(name, value)}</dd></div>`)}</dl>`;
}

function named(name) {
  return words(name.replace(/_(ms|seconds|usd)$/, ''));
}

function shown(name, value) {
  if (typeof value !== 'number') {
    return String(value);
  }
  if (/(^|_)(rate|share)(_|$)/.test(name)) {
    return percent(value);
  }
  if (/_ms$/.test(name)) {
    return duration(value);
  }
  if (/_seconds$/.test(name)) {
    return duration(value * 1000);
  }
  return /bytes$/.test(name) ? bytes(value) : Number.isInteger(value) ? whole(value) : decimal(value);
}
