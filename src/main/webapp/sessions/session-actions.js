import { html, nothing } from 'lit';
import { confirm } from '../access/confirm-dialog.js';
import { access } from '../lib/access.js';
import { foreign } from '../lib/element.js';
import { setQuery } from '../lib/router.js';
import { binSession, changeStatus, purgeSession, reopenSession, restoreSession } from './sessions-api.js';

/** What a person may do with a session in each status; failing is for the job, which knows why. */
const MOVES = {
  pending: [['running', 'Start'], ['cancelled', 'Cancel']],
  running: [['paused', 'Pause'], ['completed', 'Complete'], ['cancelled', 'Cancel']],
  paused: [['running', 'Resume'], ['completed', 'Complete'], ['cancelled', 'Cancel']],
};
/** Those that nothing leads back from. */
const FINAL_MOVES = {
  completed: 'Complete it? It takes no more steps then, and is judged as it stands.',
  cancelled: 'Cancel it? Its job is told so with the next step it reports, and it takes no more.',
};

/**
 * @typedef {(said: string, call: () => Promise<unknown>) => void} Act does it, and announces what was done
 *
 * @param {import('./sessions-api.js').Session} session
 * @param {{busy: boolean, act: Act}} view
 */
export function actionButtons(session, { busy, act }) {
  if (!access.may('reporter') || session.deleted_at) {
    return nothing;
  }
  return html`
    <button type="button" class="button button-small" data-test="edit-session" @click=${() => setQuery({ edit: '1' })}>Edit</button>
    ${(MOVES[session.status] ?? []).map(([status, label]) => html`
      <button type="button" class="button button-small" data-test="move-${status}" ?disabled=${busy}
              @click=${() => move(session, status, label, act)}>${label}</button>`)}
    ${isAbandoned(session) ? html`
      <button type="button" class="button button-small" data-test="reopen" ?disabled=${busy}
              @click=${() => act('Reopened', () => reopenSession(session.id))}>Reopen</button>` : nothing}
    <button type="button" class="button button-small button-danger" data-test="bin-session" ?disabled=${busy}
            @click=${() => act('Moved to the bin', () => binSession(session.id))}>Move to the bin</button>`;
}

/**
 * Says that a session is in the bin, and leads out of it.
 *
 * @param {import('./sessions-api.js').Session} session
 * @param {{busy: boolean, act: Act}} view
 */
export function binNotice(session, { busy, act }) {
  if (!session.deleted_at) {
    return nothing;
  }
  const purge = () => confirm({
    heading: html`Purge ${foreign(session.name, 80)}?`,
    text: 'It and its child sessions are deleted for good, with their steps. Nothing brings them back.',
    action: 'Purge',
  }, () => act('Purged', () => purgeSession(session.id)));
  return html`
    <div class="notice notice-warning" data-test="bin-notice">
      <p>In the bin since <hone-time .at=${session.deleted_at}></hone-time>. It can be read, but takes no change.</p>
      ${access.may('reporter') ? html`<button type="button" class="button button-small" data-test="restore-session" ?disabled=${busy}
        @click=${() => act('Restored', () => restoreSession(session.id))}>Restore</button>` : nothing}
      ${access.may('admin') ? html`<button type="button" class="button button-small button-danger" data-test="purge-session" ?disabled=${busy}
        @click=${purge}>Purge…</button>` : nothing}
    </div>`;
}

/** @param {import('./sessions-api.js').Session} session */
export function isAbandoned({ status, error }) {
  return status === 'failed' && error?.category === 'abandoned';
}

function move(session, status, label, act) {
  const change = () => act(`${label}: done`, () => changeStatus(session.id, status));
  if (FINAL_MOVES[status]) {
    confirm({ heading: foreign(session.name, 80), text: FINAL_MOVES[status], action: label }, change);
  } else {
    change();
  }
}
