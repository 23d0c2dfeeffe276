/**
 * Which sessions of a list are selected.
 *
 * @typedef {import('./session-rows.js').Row} Row
 */
export class Selection {
  /** Another set after each change, so that lists see it. @type {ReadonlySet<string>} */
  ids = new Set();
  /** Whether all that the filters match is meant, loaded or not. */
  everything = false;
  /** The session picked last without a range: where the next range begins. */
  #anchor = null;

  get size() {
    return this.ids.size;
  }

  /**
   * Picks one row, or lets it go; with a range, picks all between it and the one picked before.
   *
   * @param {Row[]} rows
   * @param {number} index
   * @param {{range?: boolean}} [how]
   */
  pick(rows, index, { range = false } = {}) {
    const id = rows[index]?.entry?.session.id;
    if (id === undefined) {
      return;
    }
    const from = range ? rows.findIndex(({ entry }) => entry?.session.id === this.#anchor) : -1;
    if (from >= 0) {
      this.#set([...this.ids, ...idsOf(rows.slice(Math.min(from, index), Math.max(from, index) + 1))]);
      return;
    }
    this.#anchor = id;
    this.#set(this.ids.has(id) ? [...this.ids].filter((one) => one !== id) : [...this.ids, id]);
  }

  /**
   * Walks on with the selection: the row gone to is picked too, or the row left is let go on the way back.
   *
   * @param {Row[]} rows
   * @param {number} from
   * @param {number} to
   */
  extend(rows, from, to) {
    const [left, right] = [from, to].map((index) => rows[index]?.entry?.session.id);
    const back = this.ids.has(left) && this.ids.has(right);
    this.#anchor ??= left;
    this.#set(back ? [...this.ids].filter((id) => id !== left) : [...this.ids, left, right].filter(Boolean));
  }

  /**
   * @param {Row[]} rows
   * @param {boolean} on
   */
  all(rows, on) {
    this.#set(on ? idsOf(rows) : []);
  }

  clear() {
    this.#anchor = null;
    this.#set([]);
  }

  /**
   * Lets go what is no longer in the list: nobody may change what they do not see.
   *
   * @param {(id: string) => boolean} isThere
   */
  keep(isThere) {
    const kept = [...this.ids].filter(isThere);
    if (kept.length < this.ids.size) {
      const { everything } = this;
      this.#set(kept);
      this.everything = everything && kept.length > 0;
    }
  }

  #set(ids) {
    this.ids = new Set(ids);
    this.everything = false;
  }
}

function idsOf(rows) {
  return rows.flatMap(({ entry }) => entry?.session.id ?? []);
}
