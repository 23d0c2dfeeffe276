/**
 * A session being edited: what the fields hold, what the server had when they were filled, and how the two meet with
 * what somebody else saved meanwhile.
 *
 * @typedef {{key: string, value: string}} TagDraft
 * @typedef {{name: string, project: string, criteria: string, notes: string, tags: TagDraft[]}} Draft all as text;
 *   `criteria` and `notes` are empty for none
 * @typedef {Record<string, string>} Members flat, so that tags are compared one by one: `tags/team`
 * @typedef {{member: string, mine: string|undefined, theirs: string|undefined}} Conflict undefined: the tag is removed
 */

/**
 * @param {import('./sessions-api.js').Session} session
 * @returns {Draft}
 */
export function draftOf({ name, project, criteria, notes, tags }) {
  return {
    name, project, criteria: criteria?.name ?? '', notes: notes ?? '', tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  };
}

/**
 * @param {Draft} before
 * @param {Draft} draft
 * @returns {object} RFC 7396: only what changes, null removes
 */
export function patchOf(before, draft) {
  const patch = {};
  for (const [member, value] of changes(flat(before), flat(draft))) {
    if (member.startsWith('tags/')) {
      patch.tags ??= {};
      patch.tags[member.slice('tags/'.length)] = value ?? null;
    } else {
      patch[member] = value === '' ? null : value;
    }
  }
  return patch;
}

/**
 * Meets what was typed with what somebody else saved: a member only one of both changed has that one's value. What both
 * changed keeps what was typed, and is a conflict.
 *
 * @param {Draft} before what both started with
 * @param {Draft} mine
 * @param {Draft} theirs
 * @returns {{draft: Draft, conflicts: Conflict[]}}
 */
export function merge(before, mine, theirs) {
  const [base, typed, saved] = [flat(before), flat(mine), flat(theirs)];
  const merged = { ...saved };
  const conflicts = [];
  for (const [member, value] of changes(base, typed)) {
    if (saved[member] !== base[member] && saved[member] !== value) {
      conflicts.push({ member, mine: value, theirs: saved[member] });
    }
    set(merged, member, value);
  }
  return { draft: deep(merged), conflicts };
}

/**
 * @param {Draft} draft
 * @param {Conflict} conflict
 * @returns {Draft} with the value that somebody else saved
 */
export function withTheirs(draft, { member, theirs }) {
  const members = flat(draft);
  set(members, member, theirs);
  return deep(members);
}

/** @returns {[string, string|undefined][]} what the second has differently; undefined: no longer */
function changes(before, after) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((member) => before[member] !== after[member]).map((member) => [member, after[member]]);
}

function set(members, member, value) {
  if (value === undefined) {
    delete members[member];
  } else {
    members[member] = value;
  }
}

/** @returns {Members} */
function flat({ tags, ...rest }) {
  return { ...rest, ...Object.fromEntries(tags.filter(({ key }) => key.trim() !== '').map(({ key, value }) => [`tags/${key.trim()}`, value])) };
}

/** @returns {Draft} */
function deep({ name, project, criteria, notes, ...tags }) {
  return {
    name, project, criteria, notes, tags: Object.entries(tags).map(([member, value]) => ({ key: member.slice('tags/'.length), value })),
  };
}
