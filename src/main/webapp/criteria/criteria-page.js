import { html, nothing } from 'lit';
import { access } from '../lib/access.js';
import { Page, announce, foreign } from '../lib/element.js';
import { words } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import { navigate, setQuery } from '../lib/router.js';
import { emptyPanel, keyHint, skeletonRows } from '../lib/states.js';
import { createCriteria, listCriteria } from './criteria-api.js';
import { criterionLine } from './criterion-text.js';
import './criteria-form.js';

const SUMMARY = 3;

/** All optimization criteria in their newest version, and a form for new ones (`?new=1`). */
class CriteriaPage extends Page {
  static properties = {
    saving: { state: true },
    saveProblem: { state: true },
  };

  #pages = 1;
  #criteria = new Loader(this, (signal) => this.#load(signal));
  #live = new LiveTopics(this, () => ['criteria'], () => this.#criteria.refresh());

  constructor() {
    super();
    this.saving = false;
    /** @type {Problem|null} */
    this.saveProblem = null;
  }

  get heading() {
    return 'Criteria';
  }

  async firstUpdated() {
    await this.#live.ready;
    this.#criteria.run();
  }

  async #load(signal) {
    const items = [];
    let cursor = null;
    for (let page = 0; page < this.#pages && (page === 0 || cursor !== null); page++) {
      const answer = await listCriteria(cursor, signal);
      items.push(...answer.items);
      cursor = answer.next_cursor;
    }
    return { items, more: cursor !== null };
  }

  willUpdate(changed) {
    if (changed.has('query') && !this.query.has('new')) {
      this.saveProblem = null;
    }
  }

  render() {
    const writer = access.may('admin');
    const writing = writer && this.query.has('new');
    return html`
      <div class="page stack">
        <div class="page-head">
          <h1>Criteria</h1>
          ${writing || !writer ? nothing : html`<button type="button" class="button button-main" data-test="new-criteria"
            @click=${() => setQuery({ new: '1' })}>${icon('plus')} New criteria</button>`}
        </div>
        ${writing ? html`<hone-criteria-form .problem=${this.saveProblem} ?busy=${this.saving}
          @save=${(event) => this.#create(event.detail)} @cancel=${() => setQuery({ new: null })}></hone-criteria-form>` : nothing}
        ${this.#criteria.render((value) => this.#list(value, writing), html`<div class="panel">${skeletonRows(5)}</div>`)}
      </div>`;
  }

  #list({ items, more }, writing) {
    if (items.length === 0) {
      return writing ? nothing : emptyPanel('No criteria yet',
        html`Criteria say when a result is good enough, like “keep 98% of the baseline's accuracy at a third of its
          size”. Sessions that name them get a verdict while they run.`, access.may('admin') ? curlExample() : html`<p class="quiet">Admins write them.</p>`);
    }
    return html`
      <section class="panel scroll-x" tabindex="0" aria-label="All criteria">
        <table class="table criteria-table" data-test="criteria">
          <thead><tr><th scope="col">Name</th><th scope="col" class="number">Version</th><th scope="col">Criteria</th>
            <th scope="col">Techniques</th><th scope="col">Changed</th></tr></thead>
          <tbody>${items.map((one) => html`
            <tr><th scope="row"><a href="/criteria/${encodeURIComponent(one.name)}">${one.name}</a>
                ${one.note ? html`<span class="quiet criteria-note">${foreign(one.note, 120)}</span>` : nothing}</th>
              <td class="number">${one.version}</td>
              <td><ul>${one.criteria.slice(0, SUMMARY).map((criterion) => html`<li>${criterionLine(criterion)}</li>`)}
                ${one.criteria.length > SUMMARY ? html`<li class="quiet">and ${one.criteria.length - SUMMARY} more</li>` : nothing}</ul></td>
              <td>${one.techniques.length === 0 ? 'All' : one.techniques.map(words).join(', ')}</td>
              <td class="criteria-time"><hone-time relative .at=${one.created_at}></hone-time></td></tr>`)}
          </tbody>
        </table>
        ${more ? html`<button type="button" class="button button-small" @click=${this.#more}>Load more</button>` : nothing}
      </section>`;
  }

  #more() {
    this.#pages++;
    this.#criteria.run();
  }

  async #create(body) {
    this.saving = true;
    this.saveProblem = null;
    try {
      const { name } = await createCriteria(body);
      announce(`Criteria ${name} created`);
      navigate(`/criteria/${encodeURIComponent(name)}`);
    } catch (error) {
      this.saveProblem = Problem.of(error);
    }
    this.saving = false;
  }
}

function curlExample() {
  const text = `curl -X POST ${location.origin}/api/v1/config/criteria \\
  -H "Authorization: Bearer $HONE_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"name": "int8-ship", "criteria": [{"metric": "accuracy", "op": ">=", "value": 0.98, "relative_to": "baseline"}]}'`;
  return html`<p class="label">Write them here, or with curl</p><hone-code label="curl command" .text=${text}></hone-code>
    ${keyHint('admin')}`;
}

customElements.define('hone-criteria-page', CriteriaPage);
