import { html, nothing } from 'lit';
import './access/account-menu.js';
import { access } from './lib/access.js';
import { HoneElement } from './lib/element.js';
import { localTime } from './lib/format.js';
import { get, openRaw } from './lib/http.js';
import { icon } from './lib/icons.js';
import { live } from './lib/live.js';

const NAVIGATION = [
  {
    title: 'Work',
    links: [['/', 'dashboard', 'Dashboard'], ['/sessions', 'sessions', 'Sessions'], ['/compare', 'compare', 'Compare'],
      ['/criteria', 'criteria', 'Criteria'], ['/providers', 'providers', 'Providers']],
  },
  {
    title: 'Server',
    links: [['/performance', 'performance', 'Performance'], ['/caches', 'caches', 'Caches', 'admin'],
      ['/settings', 'settings', 'Settings', 'admin'], ['/access', 'access', 'Access', 'admin']],
  },
];
const STATES = { connecting: 'Connecting…', live: 'Live', lost: 'Offline' };
/** A reconnect shorter than this is nobody's business. */
const BANNER_AFTER_MS = 1500;

/** Brand, navigation, connection state and theme: beside the page, or above it on a phone. */
class Shell extends HoneElement {
  static properties = {
    path: { state: true },
    open: { state: true },
    about: { state: true },
  };

  constructor() {
    super();
    this.path = location.pathname;
    this.open = false;
    this.about = null;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hone-page', (event) => {
      this.path = event.detail.path;
      this.open = false;
    });
    live.addEventListener('state', () => this.requestUpdate());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#themeChanged());
    access.addEventListener('change', () => {
      this.#readAbout();
      this.requestUpdate();
    });
    this.#readAbout();
  }

  #readAbout() {
    if (this.about === null && access.state === 'in') {
      // The version is a nicety: without it the footer stays shorter.
      get('/about').then((about) => { this.about = about; }, () => {});
    }
  }

  render() {
    if (access.state === 'starting' || access.state === 'out') {
      return nothing;
    }
    return html`
      <header class="shell ${this.open ? 'is-open' : ''}" @keydown=${this.#escape}>
        <div class="shell-bar">
          <a class="brand" href="/" aria-label="Hone, to the dashboard">
            <img src="/favicon.svg" width="24" height="24" alt=""> Hone
          </a>
          <span class="connection is-${live.state}" role="status" data-test="connection" data-state=${live.state}>
            <span class="connection-dot"></span>${STATES[live.state]}
          </span>
          <button type="button" class="icon-button menu-button" aria-expanded=${this.open} aria-controls="navigation"
                  aria-label="Menu" @click=${() => { this.open = !this.open; }}>${icon(this.open ? 'cross' : 'menu')}</button>
        </div>
        <div class="shell-body" id="navigation">
          <nav aria-label="Pages">
            ${NAVIGATION.map(({ title, links }) => html`
              <p class="nav-title" id="nav-${title.toLowerCase()}">${title}</p>
              <ul aria-labelledby="nav-${title.toLowerCase()}">
                ${links.filter(([, , , role]) => role === undefined || access.may(role)).map(([href, picture, label]) => html`
                  <li><a href=${href} aria-current=${this.#current(href)}>${icon(picture)} ${label}</a></li>`)}
              </ul>`)}
          </nav>
          <div class="shell-foot">
            <hone-account-menu></hone-account-menu>
            <button type="button" class="theme-button" data-test="theme" @click=${this.#toggleTheme}>
              ${icon(isDark() ? 'sun' : 'moon')} ${isDark() ? 'Light theme' : 'Dark theme'}
            </button>
            <p class="quiet"><a href="/docs">API</a> · <button type="button" class="link-button"
              data-test="raw-metrics" @click=${() => openRaw('/metrics').catch(() => {})}>Metrics</button>${this.about ? html` · ${this.about.version}` : nothing}</p>
          </div>
        </div>
      </header>`;
  }

  #current(href) {
    const here = href === '/' ? this.path === '/' : this.path === href || this.path.startsWith(`${href}/`);
    return here ? (this.path === href ? 'page' : 'true') : nothing;
  }

  #escape(event) {
    if (event.key === 'Escape' && this.open && !event.defaultPrevented) {
      this.open = false;
      this.querySelector('.menu-button').focus();
    }
  }

  #toggleTheme() {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem('hone.theme', theme);
    } catch {
      // Without storage the choice holds until the next load.
    }
    this.#themeChanged();
  }

  #themeChanged() {
    this.requestUpdate();
    dispatchEvent(new Event('hone-theme'));
  }
}

/** Says that the server is gone for now, and since when; goes away by itself. */
class ConnectionBanner extends HoneElement {
  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    live.addEventListener('state', () => {
      clearInterval(this.#timer);
      if (live.state === 'lost') {
        this.#timer = setInterval(() => this.requestUpdate(), 1000);
      }
      this.requestUpdate();
    });
  }

  render() {
    const lost = live.lostAt !== null && Date.now() - live.lostAt >= BANNER_AFTER_MS;
    const seconds = Math.max(0, Math.ceil((live.retryAt - Date.now()) / 1000));
    return html`
      <section class=${lost ? 'banner' : 'visually-hidden'} aria-label="Connection" data-test="banner" ?data-shown=${lost}>
        ${lost ? icon('warning') : nothing}
        <p><span role="status">${lost ? 'The connection to the server is lost.' : ''}</span>
          ${lost ? html`What you see is from ${localTime(live.lostAt)}. ${seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying…'}` : nothing}
        </p>
        ${lost ? html`<button type="button" class="button button-small" @click=${() => live.retryNow()}>Try now</button>` : nothing}
      </section>`;
  }
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

customElements.define('hone-shell', Shell);
customElements.define('hone-connection-banner', ConnectionBanner);
