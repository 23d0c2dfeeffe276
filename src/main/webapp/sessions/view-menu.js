import { html, nothing } from 'lit';
import { HoneElement, announce } from '../lib/element.js';
import { icon } from '../lib/icons.js';
import { LONGEST_NAME, deleteView, readViews, renameView, saveView } from './views.js';
import '../lib/popup.js';

/**
 * Saved views: choose, save, rename, delete, share.
 *
 * @property {string} current the query of what is shown
 */
class ViewMenu extends HoneElement {
  static properties = {
    current: { attribute: false },
    renamed: { state: true },
    unsaved: { state: true },
    copied: { state: true },
  };

  #onStorage = () => this.requestUpdate();

  constructor() {
    super();
    this.current = '';
    /** @type {string|null} the view whose name is being changed */
    this.renamed = null;
    /** Whether this browser refused to keep the last change. */
    this.unsaved = false;
    this.copied = false;
  }

  connectedCallback() {
    super.connectedCallback();
    // Other tabs save views too.
    addEventListener('storage', this.#onStorage);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('storage', this.#onStorage);
  }

  render() {
    const chosen = readViews().find(({ query }) => query === this.current);
    return html`<hone-popup .label=${chosen?.name ?? 'Views'} picture="bookmark" test="views"
      @opened=${() => Object.assign(this, { renamed: null, unsaved: false, copied: false })} .content=${() => this.#content(chosen)}></hone-popup>`;
  }

  #content(chosen) {
    const views = readViews();
    return html`
      ${views.length === 0 ? html`<p class="quiet">A view keeps the filters, columns and order of this list under a name, in this browser.</p>`
        : html`<ul class="view-list" aria-label="Saved views">${views.map((view) => this.#view(view))}</ul>`}
      ${chosen ? nothing : html`
        <form class="view-form" @submit=${(event) => this.#save(event)}>
          <label class="field"><span class="label">Save what is shown as</span>
            <input name="name" data-test="view-name" required maxlength=${LONGEST_NAME} autocomplete="off" ?autofocus=${views.length === 0}></label>
          <button class="button button-main" data-test="save-view">Save</button>
        </form>`}
      ${this.unsaved ? html`<p class="field-error" role="alert">This browser keeps nothing: its storage is full or forbidden.</p>` : nothing}
      <button type="button" class="link-button" data-test="copy-address" @click=${() => this.#copy()}>
        ${this.copied ? 'The address is copied' : 'Copy the address of what is shown'}</button>`;
  }

  #view({ name, query }) {
    if (name === this.renamed) {
      return html`
        <li><form class="view-form" @submit=${(event) => this.#rename(event, name)}>
          <label class="field"><span class="visually-hidden">New name</span>
            <input name="name" data-test="view-rename" required maxlength=${LONGEST_NAME} autocomplete="off" .value=${name}></label>
          <button class="button">Rename</button></form></li>`;
    }
    return html`
      <li class="view-item">
        <a href="/sessions?${query}" data-test="view" aria-current=${query === this.current ? 'true' : nothing}
           @click=${() => this.querySelector('hone-popup').close()}><bdi>${name}</bdi></a>
        <button type="button" class="icon-button" aria-label="Rename ${name}" data-test="rename-view"
                @click=${() => this.#startRename(name)}>${icon('pencil')}</button>
        <button type="button" class="icon-button" aria-label="Delete ${name}" data-test="delete-view"
                @click=${() => this.#delete(name)}>${icon('cross')}</button>
      </li>`;
  }

  #save(event) {
    event.preventDefault();
    const name = new FormData(event.target).get('name').trim();
    if (name) {
      this.unsaved = !saveView({ name, query: this.current });
      if (!this.unsaved) {
        announce(`View ${name} saved`);
        this.querySelector('hone-popup').close();
      }
      this.requestUpdate();
    }
  }

  async #startRename(name) {
    this.renamed = name;
    await this.#drawn();
    this.querySelector('[data-test=view-rename]').select();
  }

  #rename(event, name) {
    event.preventDefault();
    const newName = new FormData(event.target).get('name').trim() || name;
    this.unsaved = !renameView(name, newName);
    this.renamed = null;
    announce(`View renamed to ${newName}`);
    this.#focusFirst();
  }

  #delete(name) {
    this.unsaved = !deleteView(name);
    this.requestUpdate();
    announce(`View ${name} deleted`);
    this.#focusFirst();
  }

  /** What had the focus is gone. */
  async #focusFirst() {
    await this.#drawn();
    this.querySelector('.popup-panel :is(a, input, button)').focus();
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(`${location.origin}/sessions?${this.current}`);
      this.copied = true;
      announce('Copied');
    } catch {
      // Browsers allow it on https and localhost only; the address bar itself is then to be copied.
      history.replaceState(null, '', `/sessions?${this.current}`);
      announce('The address bar has the address to copy');
    }
  }

  async #drawn() {
    await this.updateComplete;
    await this.querySelector('hone-popup').updateComplete;
  }
}

customElements.define('hone-view-menu', ViewMenu);
