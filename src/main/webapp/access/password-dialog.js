import { html, nothing } from 'lit';
import { access } from '../lib/access.js';
import { Dialog } from '../lib/dialog.js';
import { announce } from '../lib/element.js';
import { errorAt, field, formProblem } from '../lib/field.js';
import { SHORTEST_PASSWORD, changePassword } from './access-api.js';

/** Changes one's own password; is there as long as its dialog is open. */
class PasswordDialog extends Dialog {
  render() {
    const { username, password_chosen: chosen } = access.account ?? { username: '', password_chosen: true };
    return html`
      <dialog aria-labelledby="password-title" data-test="password-dialog" @close=${() => this.remove()}>
        <h2 id="password-title">${chosen ? 'Change password' : 'Choose a password'}</h2>
        <form class="form" novalidate @submit=${this.#submit}>
          <input type="text" name="username" autocomplete="username" .value=${username} hidden readonly>
          ${chosen ? field({ id: 'current-password', label: 'Current password', error: errorAt(this.problem, '/current_password') },
            ({ id, invalid, describedBy }) => html`<input id=${id} type="password" name="current" autocomplete="current-password" required
              autofocus aria-invalid=${invalid} aria-describedby=${describedBy}>`) : nothing}
          ${newPasswordField(this.problem)}
          ${formProblem(this.problem, ['/password', '/current_password'])}
          <p class="quiet">Other browsers signed in to this account are signed out.</p>
          <div class="actions">
            <button type="button" class="button" @click=${this.close}>Cancel</button>
            <button class="button button-main" data-test="save-password" ?disabled=${this.busy}>${this.busy ? 'Saving…' : 'Save'}</button>
          </div>
        </form>
      </dialog>`;
  }

  #submit(event) {
    event.preventDefault();
    const typed = new FormData(event.target);
    this.attempt(async () => {
      await changePassword(typed.get('password'), typed.get('current'));
      access.passwordChosen();
      announce('Password changed');
      this.close();
    });
  }
}

/** @param {import('../lib/http.js').Problem|null} problem what the server said to the last try */
export function newPasswordField(problem) {
  return field({
    id: 'new-password', label: 'New password', error: errorAt(problem, '/password'), hint: `At least ${SHORTEST_PASSWORD} characters`,
  }, ({ id, invalid, describedBy }) => html`<input id=${id} type="password" name="password" autocomplete="new-password" required
      minlength=${SHORTEST_PASSWORD} aria-invalid=${invalid} aria-describedby=${describedBy}>`);
}

customElements.define('hone-password-dialog', PasswordDialog);
