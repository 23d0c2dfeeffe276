import { html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { foreign } from '../lib/element.js';
import { duration, words } from '../lib/format.js';
import { progressBar, statusBadge, verdictBadge } from '../sessions/badges.js';

/** @param {import('../sessions/sessions-api.js').Session[]} sessions */
export function recentSessions(sessions) {
  return html`
    <table class="table recent" data-test="recent">
      <thead><tr>
        <th scope="col">Session</th><th scope="col">Status</th><th scope="col">Progress</th><th scope="col">Verdict</th>
        <th scope="col" class="number">Duration</th><th scope="col">Updated</th>
      </tr></thead>
      <tbody>${repeat(sessions, ({ id }) => id, (session) => html`
        <tr data-id=${session.id}>
          <th scope="row"><a class="recent-name" href="/sessions/${session.id}">${foreign(session.name, 80)}</a>
            <span class="recent-sub quiet">${words(session.technique)} · ${foreign(session.model, 40)}</span></th>
          <td class="recent-status">${statusBadge(session.status)}</td>
          <td class="recent-progress">${progressBar(session)}</td>
          <td class="recent-verdict">${verdictBadge(session.verdict)}</td>
          <td class="number recent-duration">${duration(session.duration_ms)}</td>
          <td class="recent-time"><hone-time relative .at=${session.updated_at}></hone-time></td>
        </tr>`)}
      </tbody>
    </table>`;
}
