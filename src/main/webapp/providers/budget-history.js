import { html, nothing } from 'lit';
import '../lib/chart.js';
import { HoneElement, foreign } from '../lib/element.js';
import { metric, whole } from '../lib/format.js';
import { Loader } from '../lib/loading.js';
import { skeletonRows } from '../lib/states.js';
import { readHistory } from './providers-api.js';

const DAY_MS = 86_400_000;

/**
 * Where a budget's money went in the last thirty days.
 *
 * @property {string} budget its id
 */
class BudgetHistory extends HoneElement {
  static properties = { budget: { attribute: false } };

  #history = new Loader(this, (signal) => readHistory(this.budget, signal));

  firstUpdated() {
    this.#history.run();
  }

  render() {
    return html`<div class="budget-history" data-test="budget-history">
      ${this.#history.render((history) => this.#shown(history), skeletonRows(4))}</div>`;
  }

  #shown({ from, generated_at: now, days, models, sessions }) {
    if (days.length === 0) {
      return html`<p class="quiet">Nothing was called in the last 30 days.</p>`;
    }
    const sum = days.reduce((total, { spending }) => total + Number(spending.cost_usd), 0);
    return html`
      <hone-chart class="budget-chart" .option=${(colors) => option(everyDay(from, now, days), colors)}
        .label=${`Spent by day: ${metric('usd', sum)} on ${days.length} ${days.length === 1 ? 'day' : 'days'}`}></hone-chart>
      <div class="budget-tables">
        ${table('Dearest models', 'Model', models.map(({ provider, model, spending }) => [html`${foreign(model, 60)} <span class="quiet">${foreign(provider, 40)}</span>`, spending]))}
        ${table('Dearest sessions', 'Session', sessions.map(({ id, spending }) => [
          id === null ? html`<span class="quiet">None</span>` : html`<a href="/sessions/${id}">${id}</a>`, spending]))}
      </div>`;
  }
}

function table(title, what, rows) {
  return rows.length === 0 ? nothing : html`
    <section class="scroll-x" tabindex="0" aria-label=${title}>
      <h4>${title}</h4>
      <table class="table"><thead><tr><th scope="col">${what}</th><th scope="col" class="number">Spent</th>
          <th scope="col" class="number">Saved</th><th scope="col" class="number">Calls</th></tr></thead>
        <tbody>${rows.map(([name, { cost_usd: cost, saved_usd: saved, calls }]) => html`<tr><th scope="row">${name}</th>
          <td class="number">${metric('usd', cost)}</td><td class="number">${metric('usd', saved)}</td><td class="number">${whole(calls)}</td></tr>`)}</tbody></table>
    </section>`;
}

/** Days without a call, too: a chart that leaves them out makes a month of a week. */
function everyDay(from, now, days) {
  const spent = new Map(days.map(({ day, spending }) => [day, Number(spending.cost_usd)]));
  const all = [];
  for (let at = Date.parse(from); at <= Date.parse(now); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    all.push({ day, usd: spent.get(day) ?? 0 });
  }
  return all;
}

function option(days, colors) {
  return {
    xAxis: { type: 'category', data: days.map(({ day }) => day) },
    yAxis: { type: 'value', axisLabel: { formatter: (value) => metric('usd', value) } },
    tooltip: { valueFormatter: (value) => metric('usd', value) },
    series: [
      { name: 'Spent', type: 'bar', data: days.map(({ usd }) => usd), itemStyle: { color: colors['series-1'] }, barMaxWidth: 32 },
    ],
  };
}

customElements.define('hone-budget-history', BudgetHistory);
