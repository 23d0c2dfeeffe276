import { html, svg } from 'lit';

const SHAPES = {
  dashboard: svg`<path d="M2.5 13.5h11M4.5 11V7.5M8 11V3M11.5 11V5.5"/>`,
  sessions: svg`<path d="M2.5 4h11M2.5 8h11M2.5 12h7"/>`,
  compare: svg`<path d="M5 2.5v11M11 2.5v11M2.5 5H5M2.5 9.5H5M11 6.5h2.5M11 11h2.5"/>`,
  criteria: svg`<path d="M2.5 4.5 4 6l2.5-3M2.5 11.5 4 13l2.5-3M9 4.5h4.5M9 11.5h4.5"/>`,
  providers: svg`<path d="M4.8 12.5a2.8 2.8 0 0 1-.3-5.6 3.7 3.7 0 0 1 7-.6 3.1 3.1 0 0 1-.2 6.2z"/>`,
  performance: svg`<path d="M2 9h2.5L6.5 4l3 8.5L11.5 7 12.5 9H14"/>`,
  caches: svg`<path d="M2.5 5 8 2.5 13.5 5 8 7.5zM2.5 8 8 10.5 13.5 8M2.5 11 8 13.5 13.5 11"/>`,
  settings: svg`<path d="M2.5 4.5h5M11.5 4.5h2M2.5 11.5h2M8.5 11.5h5"/><circle cx="9.5" cy="4.5" r="1.9"/><circle cx="6.5" cy="11.5" r="1.9"/>`,
  access: svg`<circle cx="5" cy="8" r="2.8"/><path d="M7.8 8h6v2.4M11 8v1.8"/>`,
  person: svg`<circle cx="8" cy="5.4" r="2.6"/><path d="M3 13.2a5 5 0 0 1 10 0"/>`,
  lock: svg`<rect x="3.5" y="7" width="9" height="6.5" rx="1.5"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>`,
  warning: svg`<path d="M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.9v.1"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"/>`,
  check: svg`<path d="m3 8.5 3.2 3.2L13 4.8"/>`,
  cross: svg`<path d="m4 4 8 8M12 4l-8 8"/>`,
  dash: svg`<path d="M4 8h8"/>`,
  question: svg`<path d="M5.8 6a2.3 2.3 0 1 1 3.5 2c-.8.5-1.3.9-1.3 1.8M8 12v.1"/>`,
  info: svg`<circle cx="8" cy="8" r="5.5"/><path d="M8 7.6v3.2M8 5.2v.1"/>`,
  hollow: svg`<circle cx="8" cy="8" r="4.7" stroke-dasharray="2.4 1.8"/>`,
  half: svg`<circle cx="8" cy="8" r="5"/><path d="M8 3a5 5 0 0 1 0 10z" class="filled"/>`,
  bars: svg`<path d="M6 4v8M10 4v8"/>`,
  slash: svg`<circle cx="8" cy="8" r="5"/><path d="m4.6 11.4 6.8-6.8"/>`,
  chevron: svg`<path d="m6 3.5 4.5 4.5L6 12.5"/>`,
  sun: svg`<circle cx="8" cy="8" r="3"/><path d="M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"/>`,
  moon: svg`<path d="M13.2 9.6A5.7 5.7 0 0 1 6.4 2.8a5.7 5.7 0 1 0 6.8 6.8z"/>`,
  menu: svg`<path d="M2 4.5h12M2 8h12M2 11.5h12"/>`,
  search: svg`<circle cx="7" cy="7" r="4.3"/><path d="m10.3 10.3 3.4 3.4"/>`,
  plus: svg`<path d="M8 3v10M3 8h10"/>`,
  columns: svg`<rect x="2.5" y="3" width="11" height="10" rx="1.5"/><path d="M6.2 3v10M9.8 3v10"/>`,
  bookmark: svg`<path d="M4.5 2.5h7v11L8 10.6l-3.5 2.9z"/>`,
  download: svg`<path d="M8 2.5v7.2M4.8 6.8 8 10l3.2-3.2M2.5 13.3h11"/>`,
  upload: svg`<path d="M8 10V2.8M4.8 5.8 8 2.5l3.2 3.3M2.5 13.3h11"/>`,
  bin: svg`<path d="M2.5 4.3h11M6 4.3V2.6h4v1.7M4 4.3l.6 9.1h6.8l.6-9.1M6.7 7v3.8M9.3 7v3.8"/>`,
  keyboard: svg`<rect x="1.5" y="4" width="13" height="8.5" rx="1.5"/><path d="M4.3 6.7v.1M6.8 6.7v.1M9.3 6.7v.1M11.8 6.7v.1M5 9.9h6"/>`,
  up: svg`<path d="M8 13V3.5M4 7.3l4-4 4 4"/>`,
  down: svg`<path d="M8 3v9.5M4 8.7l4 4 4-4"/>`,
  pencil: svg`<path d="M3 13l.7-3L10.6 3.1l2.3 2.3-6.9 6.9zM9.2 4.5l2.3 2.3"/>`,
  external: svg`<path d="M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9.5v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3"/>`,
};

/**
 * A small line drawing that never speaks for itself: words stand beside it.
 *
 * @param {keyof typeof SHAPES} name
 */
export function icon(name) {
  return html`<svg class="icon icon-${name}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`;
}
