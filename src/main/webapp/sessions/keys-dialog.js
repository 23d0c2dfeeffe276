import { html } from 'lit';
import { HoneElement } from '../lib/element.js';

const KEYS = [
  [['/'], 'Search'],
  [['↓'], ['↑'], 'Next and previous session'],
  [['Enter'], 'Open the session'],
  [['→'], ['←'], 'Unfold and fold its child sessions'],
  [['x'], 'Select the session, or let it go'],
  [['Shift', 'x'], 'Select all from the one selected before'],
  [['Shift', '↓'], ['Shift', '↑'], 'Select on the way'],
  [['Esc'], 'Let go what is selected'],
  [['?'], 'This list of keys'],
];

/** The keys of the list of sessions; is there as long as it is open. */
class KeysDialog extends HoneElement {
  firstUpdated() {
    this.querySelector('dialog').showModal();
  }

  render() {
    return html`
      <dialog aria-labelledby="keys-title" data-test="keys-dialog" @close=${() => this.remove()}>
        <h2 id="keys-title">Keys</h2>
        <dl class="keys">${KEYS.map((row) => html`
          <div><dt>${row.slice(0, -1).map((keys, i) => html`${i > 0 ? ' ' : ''}<span class="key">${
            keys.map((key, k) => html`${k > 0 ? ' + ' : ''}<kbd>${key}</kbd>`)}</span>`)}</dt><dd>${row.at(-1)}</dd></div>`)}
        </dl>
        <form method="dialog" class="actions"><button class="button" autofocus>Close</button></form>
      </dialog>`;
  }
}

export function showKeys() {
  document.body.append(document.createElement('hone-keys-dialog'));
}

customElements.define('hone-keys-dialog', KeysDialog);
