import { html, nothing } from 'lit';
import { HoneElement, announce } from '../lib/element.js';
import { bytes, percent, whole } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { upload } from '../lib/transfer.js';
import '../lib/meter.js';

const PROBLEMS_SHOWN = 50;

/** Takes sessions from a file, all of them or none; is there as long as it is open. */
class ImportDialog extends HoneElement {
  static properties = {
    file: { state: true },
    over: { state: true },
    sent: { state: true },
    problem: { state: true },
    answer: { state: true },
  };

  #abort = new AbortController();

  constructor() {
    super();
    /** @type {File|null} */
    this.file = null;
    /** Whether a file is held over the dialog. */
    this.over = false;
    /** How much is on its way, 0..1; null while nothing is sent. @type {number|null} */
    this.sent = null;
    /** @type {Problem|null} */
    this.problem = null;
    /** @type {{sessions: number, steps: number, audit_entries: number, skipped: number}|null} */
    this.answer = null;
  }

  firstUpdated() {
    this.querySelector('dialog').showModal();
  }

  render() {
    return html`
      <dialog aria-labelledby="import-title" data-test="import-dialog" @close=${this.#closed}
              @dragover=${this.#hover} @dragleave=${() => { this.over = false; }} @drop=${this.#drop}>
        <h2 id="import-title">Import sessions</h2>
        ${this.answer ? this.#done() : this.#form()}
      </dialog>`;
  }

  #form() {
    const busy = this.sent !== null;
    return html`
      <form class="form" @submit=${this.#submit}>
        <p>A file of NDJSON: an export, or one line a session with what <a href="/docs">creating one</a> takes. All of
          it is taken, or nothing.</p>
        <div class="drop ${this.over ? 'is-over' : ''}">
          ${icon('upload')}
          <label class="button" for="import-file">Choose a file</label>
          <input class="visually-hidden" id="import-file" data-test="import-file" type="file" accept=".ndjson,.jsonl,.json,application/x-ndjson" ?disabled=${busy}
                 @change=${(event) => this.#take(event.target.files[0])}>
          <span class="quiet">${this.file ? html`<bdi>${this.file.name}</bdi>, ${bytes(this.file.size)}` : 'or drop it here'}</span>
        </div>
        <label class="check"><input type="checkbox" name="skip" data-test="import-skip" ?disabled=${busy}> Leave out sessions that are here already</label>
        ${busy ? html`
          <div role="status" data-test="import-progress"><p>${this.sent < 1 ? `Sending… ${percent(this.sent)}` : 'All sent. The server checks and stores it…'}</p>
            <hone-meter .value=${this.sent}></hone-meter></div>` : nothing}
        ${this.problem ? this.#refused() : nothing}
        <div class="actions">
          <button type="button" class="button" @click=${this.#close}>${busy ? 'Stop' : 'Cancel'}</button>
          <button class="button button-main" data-test="import-start" ?disabled=${busy || this.file === null}>Import</button>
        </div>
      </form>`;
  }

  #refused() {
    const { title, detail, errors } = this.problem;
    return html`
      <div class="form-alert" role="alert" data-test="import-problem">${icon('warning')}
        <div><p>Nothing was imported. ${errors.length > 0 ? '' : detail || title}</p>
          ${errors.length === 0 ? nothing : html`
            <ul class="refusals" tabindex="0" aria-label="What is wrong with the file">${errors.slice(0, PROBLEMS_SHOWN).map((one) => html`<li>${atLine(one)}</li>`)}</ul>`}
          ${errors.length > PROBLEMS_SHOWN ? html`<p class="quiet">and ${whole(errors.length - PROBLEMS_SHOWN)} more</p>` : nothing}
        </div>
      </div>`;
  }

  #done() {
    const { sessions, steps, skipped } = this.answer;
    return html`
      <p data-test="import-answer">${whole(sessions)} ${sessions === 1 ? 'session' : 'sessions'} imported, with ${whole(steps)} ${steps === 1 ? 'step' : 'steps'}.
        ${skipped > 0 ? `${whole(skipped)} here already ${skipped === 1 ? 'was' : 'were'} left out.` : ''}</p>
      <div class="actions"><button type="button" class="button button-main" autofocus @click=${this.#close}>Done</button></div>`;
  }

  #hover(event) {
    event.preventDefault();
    this.over = true;
  }

  #drop(event) {
    event.preventDefault();
    this.over = false;
    this.#take(event.dataTransfer.files[0]);
  }

  #take(file) {
    if (file && this.sent === null) {
      this.file = file;
      this.problem = null;
    }
  }

  async #submit(event) {
    event.preventDefault();
    const query = new FormData(event.target).has('skip') ? { existing: 'skip' } : {};
    this.sent = 0;
    this.problem = null;
    try {
      this.answer = await upload('/sessions/import', {
        query, file: this.file, type: 'application/x-ndjson', signal: this.#abort.signal, sent: (fraction) => { this.sent = fraction; },
      });
      announce('Imported');
    } catch (error) {
      if (!this.#abort.signal.aborted) {
        this.problem = Problem.of(error);
      }
    }
    this.sent = null;
  }

  #close() {
    this.querySelector('dialog').close();
  }

  #closed() {
    this.#abort.abort();
    this.remove();
  }
}

/** "/12/name" is the member `name` of line 12. */
function atLine({ pointer, detail }) {
  const [, line, member] = /^\/(\d+)(?:\/(.*))?$/s.exec(pointer ?? '') ?? [];
  return line === undefined ? detail : html`<strong>Line ${whole(Number(line))}</strong>${member ? html`, <code>${member}</code>` : nothing}: ${detail}`;
}

export function showImport() {
  document.body.append(document.createElement('hone-import-dialog'));
}

customElements.define('hone-import-dialog', ImportDialog);
