import { html, nothing } from 'lit';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { Problem } from '../lib/http.js';
import { actionNotice } from '../lib/states.js';
import { explainFailure } from './sessions-api.js';

/**
 * Asks a model about a failure that no rule knows, when somebody wants that, and shows what it says as its words. It costs
 * money, so nothing is asked unasked.
 *
 * @property {{message: string, technique: string}} failure
 */
class SessionExplanation extends HoneElement {
  static properties = {
    failure: { attribute: false, hasChanged: (a, b) => a?.message !== b?.message || a?.technique !== b?.technique },
    answer: { state: true },
    problem: { state: true },
    asking: { state: true },
  };

  /** Counts failures, so that the answer for one is not shown for the next. */
  #round = 0;

  constructor() {
    super();
    this.failure = null;
    this.#forget();
  }

  willUpdate(changed) {
    if (changed.has('failure')) {
      this.#forget();
    }
  }

  #forget() {
    this.#round++;
    /** @type {import('./sessions-api.js').ExplainedFailure|null} */
    this.answer = null;
    /** @type {Problem|null} */
    this.problem = null;
    this.asking = false;
  }

  async #ask() {
    const round = this.#round;
    this.asking = true;
    this.problem = null;
    try {
      const answer = await explainFailure(this.failure);
      if (round === this.#round) {
        this.answer = answer;
        announce('The model has answered');
      }
    } catch (error) {
      if (round === this.#round) {
        this.problem = Problem.of(error);
      }
    }
    if (round === this.#round) {
      this.asking = false;
    }
  }

  render() {
    return html`
      ${this.problem ? actionNotice(this.problem, () => { this.problem = null; }) : nothing}
      ${this.answer ? answerPart(this.answer) : html`
        <p class="ask-model"><button type="button" class="button button-small" data-test="ask-model" ?disabled=${this.asking}
            @click=${this.#ask}>${this.asking ? 'Asking…' : 'Ask a model'}</button>
          <span class="quiet">Sends the error without numbers, paths and secrets, and may cost money</span></p>`}`;
  }
}

function answerPart({ guidance, explanation }) {
  if (explanation === null) {
    return html`<p data-test="known-now">A rule knows this failure by now: ${guidance.title}. ${guidance.summary}</p>`;
  }
  return html`
    <figure class="explanation" data-test="explanation">
      <figcaption class="quiet">Explained by ${foreign(explanation.model, 80)} at ${foreign(explanation.provider, 80)}; a model may be
        wrong</figcaption>
      <blockquote dir="auto" data-test="explanation-text">${explanation.text}</blockquote>
    </figure>`;
}

customElements.define('hone-session-explanation', SessionExplanation);
