import { html } from 'lit';
import { words } from '../lib/format.js';
import { ROLES } from './access-api.js';

/**
 * The roles to choose from, with what they may do.
 *
 * @param {string} chosen
 */
export function roleChoice(chosen) {
  return html`
    <fieldset class="choices">
      <legend>Role</legend>
      ${Object.entries(ROLES).map(([role, text]) => html`
        <label class="choice"><input type="radio" name="role" value=${role} ?checked=${role === chosen}> ${words(role)}
          <span class="quiet">${text}</span></label>`)}
    </fieldset>`;
}
