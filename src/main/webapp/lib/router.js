/** Real addresses over the History API. Pages read the address; links and `setQuery` change it. */

/**
 * @typedef {object} Route
 * @property {RegExp} path named groups become the page's params
 * @property {string} tag
 * @property {() => Promise<unknown>} load imports the module that defines the tag
 */

/**
 * @param {Route[]} routes
 * @param {(match: {route: Route|null, params: Record<string, string>, query: URLSearchParams, moved: boolean}) => void} show
 *   `moved` is false for the first page and where only the query changed
 */
export function startRouter(routes, show) {
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
