import { html } from 'lit';
import { HoneElement } from '../lib/element.js';
import { icon } from '../lib/icons.js';
import '../lib/copy-code.js';

/**
 * A document as the API answers it, to be read and copied; is there as long as it is open.
 *
 * @property {unknown} document
 * @property {string} label
 */
class JsonDialog extends HoneElement {
  static properties = {
    document: { attribute: false },
    label: {},
  };

  firstUpdated() {
    this.querySelector('dialog').showModal();
  }

  render() {
    return html`
      <dialog class="json-dialog" aria-labelledby="json-title" data-test="json-dialog" @close=${() => this.remove()}>
        <form method="dialog" class="panel-head"><h2 id="json-title">${this.label}</h2>
          <button class="icon-button" aria-label="Close" title="Close">${icon('cross')}</button></form>
        <hone-code label="JSON" .text=${JSON.stringify(this.document, null, 2)}></hone-code>
      </dialog>`;
  }
}

/**
 * @param {string} label
 * @param {unknown} shown
 */
export function showJson(label, shown) {
  document.body.append(Object.assign(document.createElement('hone-json-dialog'), { label, document: shown }));
}

customElements.define('hone-json-dialog', JsonDialog);
