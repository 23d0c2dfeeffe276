import { html, nothing } from 'lit';
import { access } from './access.js';
import { icon } from './icons.js';
import './copy-code.js';

const ROLE_NAMES = { viewer: 'a viewer', reporter: 'a reporter', admin: 'an admin' };

/**
 * What a page shows when it cannot show its content.
 *
 * @param {import('./http.js').Problem} problem
 * @param {(() => void)|null} retry
 */
export function problemPanel(problem, retry) {
  if (problem.status === 403) {
    return forbiddenPanel(problem.detail);
  }
  return html`
    <section class="state-panel" role="alert" data-test="problem">
      <h2>${icon('warning')} ${problem.title}</h2>
      <p>${problem.detail}</p>
      ${problem.requestId ? html`<p class="quiet">Request <code>${problem.requestId}</code></p>` : nothing}
      ${retry ? html`<button type="button" class="button" @click=${retry}>Retry</button>` : nothing}
    </section>`;
}

/**
 * What stands where one's role is not enough. Asking again would change nothing, so no retry is offered.
 *
 * @param {string} text
 */
export function forbiddenPanel(text) {
  const { account } = access;
  return html`
    <section class="state-panel is-forbidden" role="alert" data-test="forbidden">
      <h2>${icon('lock')} Not for your role</h2>
      <p>${text}</p>
      ${account ? html`<p>You are signed in as <bdi>${account.username}</bdi>, ${ROLE_NAMES[account.role]}. An admin can give you
        another role.</p>` : nothing}
      <p class="actions"><a class="button" href="/">Dashboard</a> <a class="button" href="/sessions">Sessions</a></p>
    </section>`;
}

/**
 * One line over content that is still shown but could not be brought up to date.
 *
 * @param {import('./http.js').Problem} problem
 * @param {() => void} retry
 */
export function refreshNotice(problem, retry) {
  return html`
    <div class="notice notice-warning" role="status" data-test="refresh-problem">
      ${icon('warning')}
      <p>Not up to date: ${problem.title}. ${problem.detail}
        ${problem.requestId ? html`<span class="quiet">Request <code>${problem.requestId}</code></span>` : nothing}</p>
      <button type="button" class="button button-small" @click=${retry}>Retry</button>
    </div>`;
}

/**
 * One line over content that could not be changed.
 *
 * @param {import('./http.js').Problem} problem
 * @param {() => void} dismiss
 */
export function actionNotice(problem, dismiss) {
  return html`
    <div class="notice notice-warning" role="alert" data-test="action-problem">
      ${icon('warning')}
      <p>Not done: ${problem.detail || problem.title}
        ${problem.requestId ? html`<span class="quiet">Request <code>${problem.requestId}</code></span>` : nothing}</p>
      <button type="button" class="button button-small" @click=${dismiss}>Dismiss</button>
    </div>`;
}

/**
 * An empty list that says what to do next.
 *
 * @param {string} title
 * @param {unknown} text
 * @param {unknown} [more]
 */
export function emptyPanel(title, text, more = nothing) {
  return html`
    <section class="state-panel state-empty" data-test="empty">
      <h2>${title}</h2>
      <p>${text}</p>
      ${more}
    </section>`;
}

/** The two commands that put the first session into an empty server. */
export function firstCommands() {
  const demo = location.port === '8080' ? './hone demo' : `./hone demo --url ${location.origin}`;
  const curl = `curl -X POST ${location.origin}/api/v1/sessions \\
  -H "Authorization: Bearer $HONE_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"name": "first try", "model": "resnet-50", "technique": "quantization"}'`;
  return html`
    <p class="label">Fill it with a real optimization, computed here</p>
    <hone-code label="demo command" .text=${demo}></hone-code>
    <p class="label">Or report a session of your own</p>
    <hone-code label="curl command" .text=${curl}></hone-code>
    ${keyHint()}`;
}

/**
 * Where the key comes from that the commands name.
 *
 * @param {'viewer'|'reporter'|'admin'} role what they need
 */
export function keyHint(role = 'reporter') {
  return html`<p class="quiet key-hint"><code>HONE_KEY</code> is a key of the role ${role}:
    ${access.may('admin') ? html`<a href="/access?tab=keys">create one</a>` : 'an admin can create one for you'}.</p>`;
}

/**
 * @param {number} rows
 * @param {string} [kind] names the row's height in the style sheet
 */
export function skeletonRows(rows, kind = '') {
  return html`<div class="skeleton-rows ${kind}" aria-hidden="true">
    ${Array.from({ length: rows }, () => html`<div class="skeleton"></div>`)}
  </div>`;
}

/** @param {string} kind names the block's height in the style sheet */
export function skeletonBlock(kind) {
  return html`<div class="skeleton ${kind}" aria-hidden="true"></div>`;
}
