/** What the address bar says about the list, with the names the API uses. */

const SINGLE = ['project', 'model', 'technique', 'verdict', 'owner', 'criteria', 'error_category', 'q', 'parent', 'created_after', 'created_before', 'deleted'];
const MANY = ['status', 'tag'];

export const DEFAULT_SORT = '-created_at';
export const SORTS = {
  '-created_at': 'Newest first',
  created_at: 'Oldest first',
  '-updated_at': 'Last updated',
  '-duration': 'Longest',
  duration: 'Shortest',
};

/**
 * @typedef {Record<string, string|string[]>} Filters only those set; `status` and `tag` are arrays
 */

/**
 * @param {URLSearchParams} query
 * @returns {Filters}
 */
export function readFilters(query) {
  const filters = {};
  SINGLE.filter((name) => query.get(name)).forEach((name) => { filters[name] = query.get(name); });
  MANY.filter((name) => query.has(name)).forEach((name) => { filters[name] = query.getAll(name); });
  return filters;
}

/** @param {URLSearchParams} query */
export function readSort(query) {
  return query.get('sort') ?? DEFAULT_SORT;
}

/**
 * @param {Filters} filters
 * @returns {Record<string, null>} changes that remove every filter from the address; the bin stays the bin
 */
export function noFilters(filters) {
  const kept = isBin(filters) ? ['deleted', 'parent'] : [];
  return Object.fromEntries([...SINGLE, ...MANY].filter((name) => !kept.includes(name)).map((name) => [name, null]));
}

/**
 * @param {Filters} filters
 * @returns {string[]} names of the filters that narrow the list: not those that say which list it is
 */
export function narrowing(filters) {
  return Object.keys(filters).filter((name) => !(isBin(filters) && ['deleted', 'parent'].includes(name)));
}

/** @param {Filters} filters */
export function isBin(filters) {
  return filters.deleted === 'true';
}

/**
 * @param {Filters} filters
 * @returns {Record<string, unknown>} the same with what the list takes for granted, for requests of other kinds
 */
export function whole(filters) {
  return { ...filters, parent: filters.parent ?? 'none', deleted: isBin(filters) };
}

/**
 * Whether the list with these filters would contain a session: what the server does, for sessions that arrive live.
 *
 * @param {import('./sessions-api.js').Session} session
 * @param {Filters} filters
 */
export function matches(session, filters) {
  const text = `${session.name}\n${session.model}\n${session.notes ?? ''}`.toLowerCase();
  const parent = filters.parent ?? 'none';
  return (session.deleted_at !== null) === isBin(filters)
    && (parent === 'any' || (parent === 'none' ? session.parent_id === null : session.parent_id === parent))
    && (!filters.status || filters.status.includes(session.status))
    && ['project', 'model', 'technique', 'owner'].every((name) => !filters[name] || session[name] === filters[name])
    && (!filters.criteria || session.criteria?.name === filters.criteria)
    && (!filters.error_category || session.error?.category === filters.error_category)
    && (!filters.verdict || (session.verdict ?? 'none') === filters.verdict)
    && (filters.tag ?? []).every((tag) => hasTag(session, tag))
    && (!filters.q || text.includes(filters.q.toLowerCase()))
    && (!filters.created_after || session.created_at >= filters.created_after)
    && (!filters.created_before || session.created_at < filters.created_before);
}

function hasTag({ tags }, tag) {
  const colon = tag.indexOf(':');
  return tags[tag.slice(0, colon)] === tag.slice(colon + 1);
}
