/** What this browser remembers from one visit to the next. */

/**
 * @param {string} name
 * @returns {unknown} null where nothing is stored, or nothing that could be read
 */
export function readStored(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    // Storage can be forbidden, and what is in it can be of any origin: both are as good as nothing.
    return null;
  }
}

/**
 * @param {string} name
 * @param {unknown} value null forgets
 * @returns {boolean} whether it will be remembered
 */
export function store(name, value) {
  try {
    value === null ? localStorage.removeItem(name) : localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
