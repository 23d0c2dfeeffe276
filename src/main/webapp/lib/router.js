/** Real addresses over the History API. Pages read the address; links and `setQuery` change it. */

/**
 * @typedef {object} Route
 * @property {RegExp} path named groups become the page's params
 * @property {string} tag
 * @property {() => Promise<unknown>} load imports the module that defines the tag
 */

const SIGN_IN = '/sign-in';

/** @type {Route[]} */
let known = [];

/**
 * @param {Route[]} routes
 * @param {(match: {route: Route|null, params: Record<string, string>, query: URLSearchParams, moved: boolean}) => void} show
 *   `moved` is false for the first page and where only the query changed
 */
export function startRouter(routes, show) {
  known = routes;
  let path = location.pathname;
  let first = true;
  const apply = () => {
    const moved = !first && path !== location.pathname;
    path = location.pathname;
    first = false;
    show({ ...match(routes, path), query: new URLSearchParams(location.search), moved });
  };
  addEventListener('popstate', apply);
  addEventListener('hone-navigate', apply);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (link && isOurs(event, link) && match(routes, link.pathname).route) {
      event.preventDefault();
      navigate(link.href);
    }
  });
  apply();
}

/**
 * @param {string} url
 * @param {{replace?: boolean}} [options] replace: no new entry in the history
 */
export function navigate(url, { replace = false } = {}) {
  const target = new URL(url, location.href);
  if (target.href === location.href) {
    return;
  }
  history[replace ? 'replaceState' : 'pushState'](null, '', target);
  dispatchEvent(new Event('hone-navigate'));
}

/**
 * Goes on to an address of this server, be it one of the pages here or not, in place of the page that is shown.
 *
 * @param {URL} target
 */
export function goOn(target) {
  if (match(known, target.pathname).route) {
    navigate(target.href, { replace: true });
  } else {
    location.replace(target);
  }
}

/**
 * Where to go after signing in. Addresses come from links that anybody may have made, so only those that cannot lead
 * away from this server count; an address of the pages is parsed as the browser will, which knows more ways to write
 * another host than a comparison does.
 *
 * @param {string|null} wanted
 * @returns {URL} the dashboard, where the wanted one is no good
 */
export function ownAddress(wanted) {
  const home = new URL('/', location.origin);
  if (wanted === null || !/^\/(?![/\\])/.test(wanted) || !URL.canParse(wanted, home)) {
    return home;
  }
  const target = new URL(wanted, home);
  return target.origin === home.origin && !target.pathname.startsWith('//') && target.pathname !== SIGN_IN ? target : home;
}

/** @returns {string} the sign-in that leads back to the page shown now */
export function signInAddress() {
  const here = location.pathname + location.search + location.hash;
  if (location.pathname === SIGN_IN) {
    return here;
  }
  return here === '/' ? SIGN_IN : `${SIGN_IN}?${new URLSearchParams({ to: here })}`;
}

/**
 * Changes some parameters of the address and keeps the others.
 *
 * @param {Record<string, string|string[]|null>} changes null or empty removes
 * @param {{replace?: boolean}} [options]
 */
export function setQuery(changes, options) {
  navigate(withQuery(changes), options);
}

/**
 * @param {Record<string, string|string[]|null>} changes
 * @returns {string} this page's address with them
 */
export function withQuery(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    [value ?? []].flat().filter((one) => one !== '').forEach((one) => query.append(name, one));
  }
  const text = query.toString();
  return location.pathname + (text ? `?${text}` : '');
}

/**
 * @param {Route[]} routes
 * @param {string} path
 */
function match(routes, path) {
  for (const route of routes) {
    const found = route.path.exec(path);
    if (found) {
      return { route, params: decode(found.groups ?? {}) };
    }
  }
  return { route: null, params: {} };
}

function decode(groups) {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => {
    try {
      return [name, decodeURIComponent(value)];
    } catch {
      // "%zz" in an address somebody typed: look for it as it stands, and find nothing.
      return [name, value];
    }
  }));
}

/** Whether the browser's own handling (new tab, download, other site) is not what the click asks for. */
function isOurs(event, link) {
  return !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey
    && !event.altKey && link.origin === location.origin && !link.target && !link.hasAttribute('download')
    && !(link.hash && link.pathname === location.pathname && link.search === location.search);
}
