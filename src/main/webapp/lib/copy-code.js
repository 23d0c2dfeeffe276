import { html } from 'lit';
import { HoneElement, announce } from './element.js';
import { icon } from './icons.js';

const THANKS_MS = 1600;

/**
 * A piece of code with a button that copies it.
 *
 * @property {string} text
 * @property {string} label what it is, for screen readers
 */
class CopyCode extends HoneElement {
  static properties = {
    text: { attribute: false },
    label: {},
    copied: { state: true },
  };

  constructor() {
    super();
    this.text = '';
    this.label = 'code';
    this.copied = false;
  }

  render() {
    return html`
      <div class="code-block">
        <pre tabindex="0" role="group" aria-label=${this.label}><code>${this.text}</code></pre>
        <button type="button" class="button button-small" @click=${this.#copy}
                aria-label=${`Copy the ${this.label}`}>
          ${icon(this.copied ? 'check' : 'copy')} ${this.copied ? 'Copied' : 'Copy'}
        </button>
      </div>`;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.text);
      this.copied = true;
      announce('Copied');
      setTimeout(() => {
        this.copied = false;
      }, THANKS_MS);
    } catch {
      // Browsers allow it on https and localhost only: select the text, so that one keystroke copies it.
      getSelection().selectAllChildren(this.querySelector('code'));
      announce('Selected. Press Control C to copy.');
    }
  }
}

customElements.define('hone-code', CopyCode);
