import { html } from 'lit';
import { HoneElement } from '../lib/element.js';

/**
 * Asks before something that cannot be taken back; is there as long as it is open.
 *
 * @property {unknown} heading
 * @property {unknown} text
 * @property {string} action what the button says
 * @fires confirmed
 */
class ConfirmDialog extends HoneElement {
  static properties = {
    heading: { attribute: false },
    text: { attribute: false },
    action: { attribute: false },
  };

  firstUpdated() {
    this.querySelector('dialog').showModal();
  }

  render() {
    return html`
      <dialog aria-labelledby="confirm-title" data-test="confirm-dialog" @close=${() => this.remove()}>
        <h2 id="confirm-title">${this.heading}</h2>
        <p>${this.text}</p>
        <form method="dialog" class="actions">
          <button class="button" autofocus>Keep</button>
          <button class="button button-danger" data-test="confirm" @click=${() => this.dispatchEvent(new Event('confirmed'))}>${this.action}</button>
        </form>
      </dialog>`;
  }
}

/**
 * @param {{heading: unknown, text: unknown, action: string}} question
 * @param {() => void} confirmed
 */
export function confirm(question, confirmed) {
  const dialog = Object.assign(document.createElement('hone-confirm-dialog'), question);
  dialog.addEventListener('confirmed', confirmed);
  document.body.append(dialog);
}

customElements.define('hone-confirm-dialog', ConfirmDialog);
