import { HoneElement } from './element.js';
import { Problem } from './http.js';

/**
 * Base of dialogs that ask, try what was asked for, and show what the server says against it. An element of it is there as
 * long as its dialog is open: what it renders is one `dialog` with `@close=${() => this.remove()}`.
 *
 * @property {boolean} busy while something is tried
 * @property {Problem|null} problem of the last try
 */
export class Dialog extends HoneElement {
  static properties = {
    busy: { state: true },
    problem: { state: true },
  };

  constructor() {
    super();
    this.busy = false;
    /** @type {Problem|null} */
    this.problem = null;
  }

  firstUpdated() {
    this.querySelector('dialog').showModal();
  }

  updated(changed) {
    if (changed.has('problem') && this.problem) {
      this.querySelector('[aria-invalid="true"]')?.focus();
    }
  }

  /** @param {() => Promise<void>} work */
  async attempt(work) {
    this.busy = true;
    this.problem = null;
    try {
      await work();
    } catch (error) {
      this.problem = Problem.of(error);
    }
    this.busy = false;
  }

  close() {
    this.querySelector('dialog').close();
  }
}
