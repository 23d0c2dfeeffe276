import { render } from 'lit';
import { access } from './lib/access.js';
import { announce, setTitle } from './lib/element.js';
import { Problem } from './lib/http.js';
import { live } from './lib/live.js';
import { navigate, signInAddress, startRouter } from './lib/router.js';
import { problemPanel } from './lib/states.js';
import './lib/time.js';
import './shell.js';

/**
 * Each feature brings its own style sheets, so that the first page waits for no other's. `role` is what one needs to
 * see the page; an `open` page is for those who are not signed in, and stands alone.
 *
 * @type {(import('./lib/router.js').Route & {styles: string[], role?: 'admin', open?: boolean})[]}
 */
const ROUTES = [
  {
    path: /^\/$/, tag: 'hone-dashboard-page', load: () => import('./dashboard/dashboard-page.js'),
    styles: ['/dashboard/dashboard.css', '/dashboard/timeline.css'],
  },
  {
    path: /^\/sessions\/?$/, tag: 'hone-sessions-page', load: () => import('./sessions/sessions-page.js'),
    styles: ['/sessions/filters.css', '/sessions/sessions.css', '/sessions/tools.css'],
  },
  {
    path: /^\/sessions\/(?<id>[^/]+)$/, tag: 'hone-session-page', load: () => import('./sessions/session-page.js'),
    styles: ['/sessions/sessions.css', '/sessions/session.css'],
  },
  {
    path: /^\/compare\/?$/, tag: 'hone-compare-page', load: () => import('./compare/compare-page.js'),
    styles: ['/sessions/session.css', '/compare/compare.css'],
  },
  {
    path: /^\/criteria\/?$/, tag: 'hone-criteria-page', load: () => import('./criteria/criteria-page.js'),
    styles: ['/criteria/criteria.css'],
  },
  {
    path: /^\/criteria\/(?<name>[^/]+)$/, tag: 'hone-criterion-page', load: () => import('./criteria/criterion-page.js'),
    styles: ['/criteria/criteria.css'],
  },
  {
    path: /^\/providers\/?$/, tag: 'hone-providers-page', load: () => import('./providers/providers-page.js'),
    styles: ['/providers/providers.css'],
  },
  {
    path: /^\/performance\/?$/, tag: 'hone-performance-page', load: () => import('./performance/performance-page.js'),
    styles: ['/performance/performance.css'],
  },
  {
    path: /^\/caches\/?$/, tag: 'hone-caches-page', load: () => import('./caches/caches-page.js'),
    styles: ['/caches/caches.css'], role: 'admin',
  },
  {
    path: /^\/settings\/?$/, tag: 'hone-settings-page', load: () => import('./configuration/settings-page.js'),
    styles: ['/configuration/configuration.css'], role: 'admin',
  },
  {
    path: /^\/access\/?$/, tag: 'hone-access-page', load: () => import('./access/access-page.js'),
    styles: ['/access/access.css'], role: 'admin',
  },
  {
    path: /^\/sign-in\/?$/, tag: 'hone-sign-in-page', load: () => import('./access/sign-in-page.js'),
    styles: ['/access/sign-in.css'], open: true,
  },
];
const FORBIDDEN = { tag: 'hone-forbidden-page', load: () => import('./access/forbidden-page.js'), styles: [] };
const NOT_FOUND = { tag: 'hone-not-found-page', load: () => import('./not-found-page.js'), styles: [] };

const main = document.getElementById('main');
let shown = { key: '', element: null };

/** Puts the page of the address into `main`; the same page with another query is only told so. */
async function show({ route, params, query, moved }) {
  if (!route?.open && access.state === 'out') {
    navigate(signInAddress(), { replace: true });
    return;
  }
  document.body.classList.toggle('is-bare', Boolean(route?.open));
  const { tag, load, styles } = allowed(route) ?? NOT_FOUND;
  const key = `${tag} ${JSON.stringify(params)}`;
  if (shown.key === key && shown.element) {
    shown.element.query = query;
    return;
  }
  shown = { key, element: null };
  dispatchEvent(new CustomEvent('hone-page', { detail: { path: location.pathname } }));
  try {
    await Promise.all([load(), ...styles.map(style)]);
  } catch (error) {
    if (shown.key === key) {
      showProblem(error);
    }
    return;
  }
  if (shown.key !== key) {
    return;
  }
  const page = document.createElement(tag);
  Object.assign(page, { params, query });
  shown.element = page;
  main.replaceChildren(page);
  if (moved) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
    await page.updateComplete;
    announce(document.title);
  }
}

/** The page to show; while the server cannot be asked who is here, it says so itself. */
function allowed(route) {
  return route?.role && access.account !== null && !access.may(route.role) ? FORBIDDEN : route;
}

/**
 * @param {string} href
 * @returns {Promise<void>} resolved once it is in force, or cannot be: a plain page is better than none
 */
function style(href) {
  if (document.querySelector(`link[href="${href}"]`)) {
    return Promise.resolve();
  }
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  return new Promise((resolve) => {
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      resolve();
    };
    document.head.append(link);
  });
}

function showProblem(error) {
  setTitle('Not loaded');
  const { message } = Problem.of(error);
  const box = document.createElement('div');
  box.className = 'page';
  render(problemPanel(new Problem(0, { title: 'This page could not be loaded', detail: message }), () => location.reload()), box);
  main.replaceChildren(box);
}

let connected = false;

/** What somebody signed in as needs, and shows, follows who that is. */
function followAccount() {
  if (!connected && access.state !== 'out') {
    connected = true;
    live.start();
  }
}

access.addEventListener('ended', ({ detail }) => {
  // A new load: nothing of what was shown may outlive the sign-in.
  location.replace(detail.here ? '/sign-in' : signInAddress());
});

// Its module can come while the server is asked who is here.
ROUTES.find(({ path }) => path.test(location.pathname))?.load().catch(() => {});
await access.start();
followAccount();
startRouter(ROUTES, show);
let role = access.account?.role;
access.addEventListener('change', () => {
  followAccount();
  // The page shows as much as the role may do; the sign-in goes on by itself.
  if (access.account !== null && access.account.role !== role && !document.body.classList.contains('is-bare')) {
    shown = { key: '', element: null };
    dispatchEvent(new Event('hone-navigate'));
  }
  role = access.account?.role;
});
