import { html, nothing } from 'lit';

/**
 * The few numbers that say most, each with its name and, smaller, what belongs to it.
 *
 * @param {[name: string, value: unknown, more?: unknown, explanation?: string][]} all
 */
export function figures(all) {
  return html`
    <dl class="figures">${all.map(([name, value, more, explanation]) => html`
      <div title=${explanation ?? nothing}><dt>${name}</dt><dd class="figures-value">${value}</dd>${more ? html`<dd class="quiet">${more}</dd>` : nothing}</div>`)}
    </dl>`;
}
