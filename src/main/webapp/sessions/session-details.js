import { html, nothing } from 'lit';
import { foreign } from '../lib/element.js';
import { duration, metric, whole, words } from '../lib/format.js';
import { isAbandoned } from './session-actions.js';
import './lease-left.js';

/** @param {import('./sessions-api.js').Session} session */
export function factsPanel(session) {
  const link = (name, value, text) => html`<a href="/sessions?${new URLSearchParams({ [name]: value })}">${text}</a>`;
  const facts = [
    ['Project', link('project', session.project, foreign(session.project))],
    ['Model', link('model', session.model, foreign(session.model))],
    ['Technique', link('technique', session.technique, words(session.technique))],
    ['Owner', link('owner', session.owner, foreign(session.owner))],
    session.parent_id ? ['Part of', html`<a href="/sessions/${session.parent_id}">the parent session</a>`] : null,
    session.baseline?.session_id ? ['Baseline', html`
      <a href="/sessions/${session.baseline.session_id}">a session</a>, <a data-test="compare-baseline"
        href=${`/compare?ids=${session.baseline.session_id},${session.id}&baseline=${session.baseline.session_id}`}>compare</a>`] : null,
    ['Duration', html`<span data-test="duration">${duration(session.duration_ms)}</span>`],
    ['Created', html`<hone-time .at=${session.created_at}></hone-time>`],
    ['Started', html`<hone-time .at=${session.started_at}></hone-time>`],
    ['Ended', html`<hone-time .at=${session.ended_at}></hone-time>`],
    ['Last update', html`<hone-time .at=${session.updated_at}></hone-time>`],
    session.lease_seconds ? ['Lease', html`
      <span title="Silent for longer, it counts as abandoned">${duration(session.lease_seconds * 1000)}</span>${session.status === 'running' ? html`,
        <hone-lease-left .seconds=${session.lease_seconds} .since=${session.updated_at}></hone-lease-left>` : nothing}`] : null,
    ['Id', html`<code class="session-id">${session.id}</code>`],
  ];
  return html`
    <section class="panel" aria-labelledby="facts">
      <div class="panel-head"><h2 id="facts">Details</h2></div>
      <dl class="facts">${facts.filter(Boolean).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    </section>`;
}

/** @param {import('./sessions-api.js').Session} session */
export function paramsPanel({ params }) {
  const entries = Object.entries(params);
  return html`
    <section class="panel" aria-labelledby="params" data-test="params">
      <div class="panel-head"><h2 id="params">Params</h2><span class="quiet">${entries.length || nothing}</span></div>
      ${entries.length === 0 ? html`<p class="quiet">None given</p>` : html`
        <dl class="facts facts-code">${entries.map(([key, value]) => html`
          <div><dt>${foreign(key, 100)}</dt><dd>${typeof value === 'string' ? foreign(value, 400) : String(value)}</dd></div>`)}
        </dl>`}
    </section>`;
}

/** @param {import('./sessions-api.js').Session} session */
export function tagsAndNotesPanel({ tags, notes }) {
  const entries = Object.entries(tags);
  return html`
    <section class="panel" aria-labelledby="tags">
      <div class="panel-head"><h2 id="tags">Tags and notes</h2></div>
      ${entries.length === 0 ? nothing : html`<ul class="tags">${entries.map(([key, value]) => html`
        <li><a href="/sessions?${new URLSearchParams({ tag: `${key}:${value}` })}">${foreign(key, 60)}: ${foreign(value, 80)}</a></li>`)}</ul>`}
      ${notes ? html`<p class="notes" dir="auto" tabindex="0" role="group" aria-label="Notes" data-test="notes">${notes}</p>` : nothing}
      ${entries.length === 0 && !notes ? html`<p class="quiet">None given</p>` : nothing}
    </section>`;
}

/**
 * @param {import('./sessions-api.js').Session} session
 * @param {unknown} guidance what to do about it
 */
export function errorPanel(session, guidance) {
  const { error } = session;
  return error === null ? nothing : html`
    <section class="panel error-panel" aria-labelledby="error" data-test="session-error">
      <h2 id="error">${error.category === null ? 'Unknown' : html`<a data-test="same-failure" title="Sessions that failed so"
        href="/sessions?${new URLSearchParams({ parent: 'any', error_category: error.category })}">${words(error.category)}</a>`}</h2>
      ${isAbandoned(session) ? html`<p>Its lease of ${duration((session.lease_seconds ?? 0) * 1000)} ran out: nothing came from its job for that long.
        If the job lives, reopen the session and let the job report again.</p>` : nothing}
      <pre tabindex="0" role="group" aria-label="Error message" dir="auto">${error.message}</pre>
      ${guidance}
    </section>`;
}

/** All metrics as text, for those who cannot see the charts or want the figures. */
export function metricsPanel({ metrics }) {
  const keys = Object.keys(metrics).sort();
  return keys.length === 0 ? nothing : html`
    <section class="panel" aria-labelledby="all-metrics">
      <div class="panel-head"><h2 id="all-metrics">All metrics</h2></div>
      <div class="scroll-x" tabindex="0" role="group" aria-label="All metrics in figures">
        <table class="table" data-test="metrics">
          <thead><tr><th scope="col">Metric</th>${['Last', 'Lowest', 'Highest', 'Last step'].map((name) => html`
            <th scope="col" class="number">${name}</th>`)}</tr></thead>
          <tbody>${keys.map((key) => html`
            <tr><th scope="row">${foreign(key, 80)}</th>
              ${['last', 'min', 'max'].map((which) => html`
                <td class="number" title=${String(metrics[key][which])}>${metric(key, metrics[key][which])}</td>`)}
              <td class="number">${whole(metrics[key].last_step)}</td></tr>`)}
          </tbody>
        </table>
      </div>
    </section>`;
}
