import { html, nothing } from 'lit';
import { HoneElement } from './element.js';
import { icon } from './icons.js';

/**
 * A button that opens a panel under it. The panel closes by Escape, by a press elsewhere, or when the focus leaves.
 *
 * @property {string} label what the button says
 * @property {string} picture the icon before it
 * @property {string} test its data-test
 * @property {() => unknown} content drawn while the panel is open
 * @fires opened
 */
class Popup extends HoneElement {
  static properties = {
    label: {},
    picture: {},
    test: {},
    content: { attribute: false },
    open: { state: true },
  };

  #onPress = (event) => {
    if (this.open && !event.composedPath().includes(this)) {
      this.open = false;
    }
  };

  constructor() {
    super();
    this.label = '';
    this.picture = '';
    this.test = '';
    this.content = () => nothing;
    this.open = false;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.#onPress);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.#onPress);
  }

  render() {
    return html`
      <div class="popup" @keydown=${this.#escape} @focusout=${this.#left}>
        <button type="button" class="button button-small" data-test=${this.test} aria-expanded=${this.open}
                @click=${this.#toggle}>${icon(this.picture)} <bdi>${this.label}</bdi></button>
        ${this.open ? html`<div class="popup-panel" role="group" aria-label=${this.label}
          data-test="${this.test}-panel">${this.content()}</div>` : nothing}
      </div>`;
  }

  close() {
    this.open = false;
    this.querySelector('button').focus();
  }

  async #toggle() {
    this.open = !this.open;
    if (this.open) {
      this.dispatchEvent(new Event('opened'));
      await this.updateComplete;
      this.querySelector('.popup-panel [autofocus]')?.focus();
    }
  }

  #escape(event) {
    if (event.key === 'Escape' && this.open) {
      event.stopPropagation();
      this.close();
    }
  }

  /** Tab leaves; an element that goes away under the focus, or another window in front, does not. */
  #left({ relatedTarget }) {
    if (relatedTarget !== null && !this.contains(relatedTarget)) {
      this.open = false;
    }
  }
}

customElements.define('hone-popup', Popup);
