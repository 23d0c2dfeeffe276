import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { confirm } from '../access/confirm-dialog.js';
import { access } from '../lib/access.js';
import { HoneElement, announce, foreign } from '../lib/element.js';
import { localTime, metric, percent, whole } from '../lib/format.js';
import { Problem } from '../lib/http.js';
import { icon } from '../lib/icons.js';
import { LiveTopics, Loader } from '../lib/loading.js';
import '../lib/meter.js';
import { firstPages } from '../lib/pages.js';
import { actionNotice, keyHint, skeletonRows } from '../lib/states.js';
import { SCOPES, WINDOWS, deleteBudget, listBudgets } from './providers-api.js';
import './budget-dialog.js';

/** Shares of the amount from which a budget is shown as nearly and as wholly used. */
const NEARLY = 0.9;

/** What calls may cost, and how much of it is gone. */
class Budgets extends HoneElement {
  static properties = {
    busy: { state: true },
    problem: { state: true },
    opened: { state: true },
    warnings: { state: true },
  };

  #pages = 1;
  #budgets = new Loader(this, (signal) => firstPages(this.#pages, (cursor) => listBudgets(cursor, signal)));
  #live = new LiveTopics(this, () => ['budgets'], (event) => this.#receive(event));

  constructor() {
    super();
    /** @type {string|null} id of the budget that is being deleted */
    this.busy = null;
    /** @type {Problem|null} */
    this.problem = null;
    /** @type {string|null} id of the budget whose history is shown */
    this.opened = null;
    /** @type {import('./providers-api.js').Warning[]} what came while somebody looks, the newest of each budget */
    this.warnings = [];
  }

  async firstUpdated() {
    await this.#live.ready;
    this.#budgets.run();
  }

  #receive({ event, data }) {
    if (event === 'budget.warned') {
      this.warnings = [...this.#withoutWarning(data.budget.id), data];
    } else if (event === 'budget.changed') {
      // A budget with another amount is warned of anew where it has to be.
      this.warnings = this.#withoutWarning(data.id);
    }
    this.#budgets.refresh();
  }

  #withoutWarning(id) {
    return this.warnings.filter(({ budget }) => budget.id !== id);
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
        ${repeat(this.warnings, ({ budget }) => budget.id, (warning) => this.#warning(warning))}
        ${this.#budgets.render(({ items, more }) => this.#list(items, more), skeletonRows(3, 'tall'))}
      </section>`;
  }

  #warning({ budget, percent: share, spent_usd: spent, resets_at: resetsAt }) {
    const { id, scope, subject, action, amount_usd: amount } = budget;
    const refuses = share >= 100 && action === 'block';
    return html`
      <div class="notice notice-warning" role="alert" data-test="budget-warning" data-id=${id}>
        ${icon('warning')}
        <p>The budget of ${SCOPES[scope].toLowerCase()} ${foreign(subject, 80)} is ${share >= 100 ? 'used up' : `over ${share}% used`}:
          ${metric('usd', spent)} of ${metric('usd', amount)}.
          ${refuses ? html`Calls are refused${resetsAt ? html` until ${localTime(resetsAt)}` : ' until it is raised'}.` : nothing}</p>
        <button type="button" class="button button-small" @click=${() => { this.warnings = this.#withoutWarning(id); }}>Dismiss</button>
      </div>`;
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
