import { html, nothing } from 'lit';
import { criterionLine, weightText } from '../criteria/criterion-text.js';
import { foreign } from '../lib/element.js';
import { metric, percent } from '../lib/format.js';
import { icon } from '../lib/icons.js';
import { verdictBadge } from './badges.js';

/**
 * Which bound was missed by how much, against which baseline, by which version of the criteria.
 *
 * @param {any} verdict the verdict document
 * @param {{busy: boolean, rejudge: (() => void)|null}} actions null for those who may not judge
 */
export function verdictPanel(verdict, { busy, rejudge }) {
  const { criteria, newest_version: newest } = verdict;
  const outdated = newest !== null && newest > criteria.version;
  return html`
    <section class="panel" aria-labelledby="verdict" data-test="verdict">
      <div class="panel-head">
        <h2 id="verdict">Verdict</h2>
        ${verdict.score === null ? nothing : html`<span class="quiet" title="Weight of the criteria met">Score ${percent(verdict.score)}</span>`}
        ${verdictBadge(verdict.verdict)}
      </div>
      <p class="quiet verdict-source">
        By <a href="/criteria/${encodeURIComponent(criteria.name)}?version=${criteria.version}">${criteria.name} version ${criteria.version}</a>,
        ${baselineText(verdict.baseline)}${verdict.judged_at ? html`, judged <hone-time relative .at=${verdict.judged_at}></hone-time>` : nothing}.
      </p>
      ${outdated ? html`
        <div class="notice"><p>Version ${newest} of these criteria is newer.</p>
          ${rejudge === null ? nothing : html`<button type="button" class="button button-small" data-test="rejudge" ?disabled=${busy}
            @click=${rejudge}>${busy ? 'Judging…' : `Rejudge by version ${newest}`}</button>`}</div>` : nothing}
      ${verdict.results.length === 0 ? html`<p class="quiet">Not judged yet: the first step reported will be.</p>` : html`
      <table class="table verdict-table">
        <thead><tr><th scope="col">Criterion</th><th scope="col" class="number">Bound</th>
          <th scope="col" class="number">Actual</th><th scope="col">Result</th></tr></thead>
        <tbody>${verdict.results.map(resultRow)}</tbody>
      </table>`}
    </section>`;
}

function resultRow(result) {
  return html`
    <tr data-test="verdict-row">
      <th scope="row">${criterionLine(result)}
        <span class="quiet verdict-weight">${weightText(result)}</span></th>
      <td class="number" data-label="Bound" title=${result.bound ?? nothing}>${metric(result.metric, result.bound)}</td>
      <td class="number" data-label="Actual" title=${result.actual ?? nothing}>${metric(result.metric, result.actual)}</td>
      <td>${resultText(result)}</td>
    </tr>`;
}

function resultText(result) {
  const { met, missed_by: missed, bound, actual, reason } = result;
  if (met === null) {
    return html`<span class="result tone-warn">${icon('question')} ${reason ?? 'Undecided'}</span>`;
  }
  if (met) {
    const spare = Math.abs(Number(actual) - bound);
    return html`<span class="result tone-good">${icon('check')}
      ${Number.isFinite(spare) && spare > 0 ? `Met by ${distance(result, spare)}` : 'Met'}</span>`;
  }
  return html`<span class="result tone-bad">${icon('cross')}
    ${missed === null ? reason ?? 'Not met' : `Missed by ${distance(result, missed)}`}</span>`;
}

/** As the metric is measured, and as a share of the bound. */
function distance({ metric: key, bound }, by) {
  return `${metric(key, Number(by.toPrecision(3)))}${bound ? ` (${percent(Math.abs(by / bound))})` : ''}`;
}

function baselineText(baseline) {
  if (!baseline) {
    return 'without a baseline';
  }
  if (baseline.session_id) {
    return html`against <a href="/sessions/${baseline.session_id}">this baseline session</a>`;
  }
  const values = Object.entries(baseline.metrics);
  return html`against given values (${values.map(([key, value], i) => html`${i > 0 ? ', ' : ''}${foreign(key, 40)} ${metric(key, value)}`)})`;
}
