import { readStored, store } from '../lib/stored.js';

/**
 * Filters, columns and order under a name, kept in this browser. What a view shows is its address: who gets that sees
 * the same.
 *
 * @typedef {{name: string, query: string}} View `query` as in the address, in the order of the alphabet
 */

const STORED = 'hone.sessions.views';
export const LONGEST_NAME = 60;

/** @returns {View[]} by name */
export function readViews() {
  const stored = readStored(STORED);
  return (Array.isArray(stored) ? stored : [])
    .filter((view) => typeof view?.name === 'string' && typeof view.query === 'string')
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * Keeps a view, in place of the one of that name.
 *
 * @param {View} view
 * @returns {boolean} whether this browser keeps it
 */
export function saveView({ name, query }) {
  return store(STORED, [...readViews().filter((view) => view.name !== name), { name, query }]);
}

/**
 * @param {string} name
 * @param {string} newName one of that name gives way
 */
export function renameView(name, newName) {
  const view = readViews().find((one) => one.name === name);
  return view === undefined || store(STORED, [
    ...readViews().filter((one) => one.name !== name && one.name !== newName), { name: newName, query: view.query }]);
}

/** @param {string} name */
export function deleteView(name) {
  return store(STORED, readViews().filter((view) => view.name !== name));
}

/**
 * The query of a view: what the list shows, with everything said that the address may leave to this browser.
 *
 * @param {URLSearchParams} query
 * @param {{columns: string[], sort: string}} shown
 * @returns {string}
 */
export function viewQuery(query, { columns, sort }) {
  const whole = new URLSearchParams(query);
  whole.delete('column');
  columns.forEach((column) => whole.append('column', column));
  whole.set('sort', sort);
  whole.sort();
  return whole.toString();
}
