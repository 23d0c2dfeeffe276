import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { confirm } from '../access/confirm-dialog.js';
import { access } from '../lib/access.js';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { metric, percent, whole } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { Loader } from '../lib/loading.js';
import '../lib/meter.js';
import { firstPages } from '../lib/pages.js';
import { actionNotice, keyHint, skeletonRows } from '../lib/states.js';
import { SCOPES, WINDOWS, deleteBudget, listBudgets } from './providers-api.js';
import './budget-dialog.js';

/** Spending changes with every call: one list, read this often while somebody looks. */
const REFRESH_MS = 5000;
/** Shares of the amount from which a budget is shown as nearly and as wholly used. */
const NEARLY = 0.9;

/** What calls may cost, and how much of it is gone. */
class Budgets extends HoneElement {
  static properties = {
    busy: { state: true },
    problem: { state: true },
    opened: { state: true },
  };

  #pages = 1;
  #timer = 0;
  #budgets = new Loader(this, (signal) => firstPages(this.#pages, (cursor) => listBudgets(cursor, signal)));

  constructor() {
    super();
    /** @type {string|null} id of the budget that is being deleted */
    this.busy = null;
    /** @type {Problem|null} */
    this.problem = null;
    /** @type {string|null} id of the budget whose history is shown */
    this.opened = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#budgets.refresh(), REFRESH_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  firstUpdated() {
    this.#budgets.run();
  }

  render() {
    return html`
      <section class="panel" aria-labelledby="budgets">
        <div class="panel-head">
          <h2 id="budgets">Budgets</h2>
          ${access.may('admin') ? html`<button type="button" class="button button-main" data-test="new-budget"
            @click=${() => this.#edit(null)}>${icon('plus')} New budget</button>` : nothing}
        </div>
        ${this.problem ? actionNotice(this.problem, () => { this.problem = null; }) : nothing}
        ${this.#budgets.render(({ items, more }) => this.#list(items, more), skeletonRows(3, 'tall'))}
      </section>`;
  }

  #list(items, more) {
    if (items.length === 0) {
      const text = `curl -X POST ${location.origin}/api/v1/budgets \\
  -H "Authorization: Bearer $HONE_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"scope": "project", "subject": "vision", "amount_usd": "50", "window": "month"}'`;
      return html`
        <div class="providers-empty" data-test="no-budgets">
          <h3>No budgets yet</h3>
          <p>A budget bounds what calls through the gateway may cost: for an account, a project, a session or a provider.</p>
          ${access.may('admin') ? html`<p class="label">Set one here, or with curl</p>
            <hone-code label="curl command for a budget" .text=${text}></hone-code>${keyHint('admin')}`
            : html`<p class="quiet">Admins set them.</p>`}
        </div>`;
    }
    return html`
      <ul class="providers-list" data-test="budgets">${repeat(items, ({ id }) => id, (one) => this.#row(one))}</ul>
      ${more ? html`<button type="button" class="button button-small" @click=${this.#more}>Load more</button>` : nothing}`;
  }

  #row(budget) {
    const { id, scope, subject, window, action, status } = budget;
    const name = `${SCOPES[scope].toLowerCase()} ${subject}`;
    const opened = this.opened === id;
    return html`
      <li class="providers-row" data-test="budget-row" data-id=${id} data-subject=${subject}>
        <div class="providers-what">
          <h3><span class="quiet">${SCOPES[scope]}</span> ${scope === 'session'
            ? html`<a href="/sessions/${subject}">${foreign(subject, 40)}</a>` : foreign(subject, 80)}
            ${state(budget)}</h3>
          <p class="budget-amount">${metric('usd', status.amount_usd)} ${WINDOWS[window]}${action === 'warn' ? ', warns only' : nothing}</p>
          <hone-meter class=${status.used >= 1 ? 'is-used' : ''} label="Used of the budget of ${name}" .value=${status.used}></hone-meter>
          <p class="quiet" data-test="spent">${metric('usd', status.spent_usd)} spent${Number(status.reserved_usd) > 0
            ? html`, ${metric('usd', status.reserved_usd)} reserved` : nothing}, ${metric('usd', status.remaining_usd)} left
            (${percent(status.used)}) · ${whole(status.calls)} ${status.calls === 1 ? 'call' : 'calls'}
            ${status.resets_at ? html` · begins anew <hone-time .at=${status.resets_at}></hone-time>` : nothing}</p>
        </div>
        <div class="actions">
          <button type="button" class="button button-small" data-test="history" aria-label="History of ${name}" aria-expanded=${opened}
                  @click=${() => this.#open(id)}>History</button>
          ${access.may('admin') ? html`
            <button type="button" class="button button-small" data-test="edit" aria-label="Edit the budget of ${name}" @click=${() => this.#edit(budget)}>Edit</button>
            <button type="button" class="button button-small button-danger" data-test="delete" aria-label="Delete the budget of ${name}"
                    ?disabled=${this.busy === id} @click=${() => this.#askDelete(budget, name)}>Delete</button>` : nothing}
        </div>
        ${opened ? html`<hone-budget-history .budget=${id}></hone-budget-history>` : nothing}
      </li>`;
  }

  #open(id) {
    this.opened = this.opened === id ? null : id;
    if (this.opened) {
      import('./budget-history.js');
    }
  }

  #edit(budget) {
    const dialog = Object.assign(document.createElement('hone-budget-dialog'), { budget });
    dialog.addEventListener('saved', () => this.#budgets.run());
    document.body.append(dialog);
  }

  #askDelete({ id }, name) {
    confirm({
      heading: html`Delete the budget of <bdi>${name}</bdi>?`,
      text: 'Calls go on without this bound. What they cost stays known.',
      action: 'Delete',
    }, async () => {
      this.busy = id;
      this.problem = null;
      try {
        await deleteBudget(id);
        announce('Budget deleted');
      } catch (error) {
        this.problem = Problem.of(error);
      }
      await this.#budgets.run();
      this.busy = null;
    });
  }

  #more() {
    this.#pages++;
    this.#budgets.run();
  }
}

function state({ action, status: { used } }) {
  if (used >= 1) {
    return html`<span class="badge ${action === 'block' ? 'tone-bad' : 'tone-warn'}">${icon(action === 'block' ? 'slash' : 'warning')}
      ${action === 'block' ? 'Used up: calls are refused' : 'Used up'}</span>`;
  }
  return used >= NEARLY ? html`<span class="badge tone-warn">${icon('warning')} Nearly used</span>` : nothing;
}

customElements.define('hone-budgets', Budgets);
