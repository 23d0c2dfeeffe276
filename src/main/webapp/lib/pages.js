/**
 * The first pages of a list, as one: a reload after a change shows as much as before.
 *
 * @template T
 * @param {number} pages
 * @param {(cursor: string|null) => Promise<{items: T[], next_cursor: string|null}>} read
 * @returns {Promise<{items: T[], more: boolean}>}
 */
export async function firstPages(pages, read) {
  const items = [];
  let cursor = null;
  for (let page = 0; page < pages && (page === 0 || cursor !== null); page++) {
    const answer = await read(cursor);
    items.push(...answer.items);
    cursor = answer.next_cursor;
  }
  return { items, more: cursor !== null };
}
