import { LitElement, html } from 'lit';

/**
 * Base of all elements of this interface. They render into the light DOM: one set of style sheets styles
 * everything, labels may point across elements, and nothing needs inline styles, which the CSP forbids.
 */
export class HoneElement extends LitElement {
  createRenderRoot() {
    return this;
  }
}

/**
 * Base of the pages. `params` come from the path, `query` from the address bar.
 *
 * @property {Record<string, string>} params
 * @property {URLSearchParams} query
 */
export class Page extends HoneElement {
  static properties = {
    params: { attribute: false },
    query: { attribute: false },
  };

  constructor() {
    super();
    this.params = {};
    this.query = new URLSearchParams();
  }

  /** @returns {string} what the tab and the announcement say */
  get heading() {
    return 'Hone';
  }

  updated() {
    setTitle(this.heading);
  }
}

/** @param {string} heading the page's name; long session names are cut */
export function setTitle(heading) {
  const short = heading.length > 80 ? `${heading.slice(0, 79)}…` : heading;
  const title = short === 'Hone' ? short : `${short} · Hone`;
  if (document.title !== title) {
    document.title = title;
  }
}

/** @param {string} text said by screen readers when they are next idle */
export function announce(text) {
  const announcer = document.getElementById('announcer');
  if (announcer) {
    announcer.textContent = text;
  }
}

/**
 * Text somebody else wrote: isolated, so that right-to-left marks in it cannot turn what stands around it,
 * and cut where it is too long for its place.
 *
 * @param {unknown} value
 * @param {number} [limit] characters shown; the rest is in the tooltip
 */
export function foreign(value, limit = 160) {
  const text = String(value);
  return text.length > limit
    ? html`<bdi title=${text}>${text.slice(0, limit)}…</bdi>`
    : html`<bdi>${text}</bdi>`;
}
