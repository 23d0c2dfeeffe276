/**
 * The keys of the list: `/` searches, arrows walk and unfold, `x` selects, shift with arrows selects on the way, `?`
 * shows them all; enter is the link's own.
 *
 * @implements {import('lit').ReactiveController}
 */
export class ListKeys {
  #host;
  #actions;
  #onKey = (event) => this.#key(event);

  /**
   * @param {import('lit').ReactiveControllerHost & HTMLElement} host
   * @param {object} actions
   * @param {(index: number, range: boolean) => void} actions.pick
   * @param {(from: number, to: number) => void} actions.extend
   * @param {() => void} actions.letGo
   * @param {() => void} actions.help
   */
  constructor(host, actions) {
    this.#host = host;
    this.#actions = actions;
    host.addController(this);
  }

  hostConnected() {
    document.addEventListener('keydown', this.#onKey);
  }

  hostDisconnected() {
    document.removeEventListener('keydown', this.#onKey);
  }

  #key(event) {
    const at = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || at.closest('.popup-panel') || document.querySelector('dialog[open]')) {
      return;
    }
    const row = at.closest('[data-index]');
    const index = row ? Number(row.dataset.index) : -1;
    const typing = at.closest('input:not([type=checkbox]), textarea, select');
    const { key } = event;
    if ((key === '/' || key === '?') && !typing) {
      event.preventDefault();
      key === '/' ? this.#search?.focus() : this.#actions.help();
    } else if (['ArrowDown', 'ArrowUp'].includes(key) && (row || !at.closest('input:not(#session-search), select, textarea, .chips'))) {
      this.#walk(event, index);
    } else if (row && ['ArrowRight', 'ArrowLeft'].includes(key)) {
      row.querySelector(`button.fold[aria-expanded="${key === 'ArrowLeft'}"]`)?.click();
    } else if (row && key.toLowerCase() === 'x') {
      event.preventDefault();
      this.#actions.pick(index, event.shiftKey);
    } else if (key === 'Escape' && !typing) {
      this.#actions.letGo();
    }
  }

  #walk(event, from) {
    const list = this.#host.querySelector('hone-session-list');
    const to = event.key === 'ArrowDown' ? from + 1 : from - 1;
    if (!list || to >= list.rows.length || (from < 0 && event.key === 'ArrowUp')) {
      return;
    }
    event.preventDefault();
    if (to < 0) {
      this.#search?.focus();
      return;
    }
    if (event.shiftKey && from >= 0) {
      this.#actions.extend(from, to);
    }
    list.focusRow(to);
  }

  get #search() {
    return this.#host.querySelector('#session-search');
  }
}
