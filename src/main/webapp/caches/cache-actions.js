import { html, nothing } from 'lit';
import { duration, latency, whole } from '../lib/format.js';
import { field } from '../lib/field.js';
import { cleanUp, clearAll, clearCache, flush, invalidate, warm } from './caches-api.js';

/**
 * @typedef {import('./caches-api.js').Removed} Removed
 *
 * @typedef {object} Action something that removes entries, or loads some
 * @property {unknown} heading
 * @property {unknown} text what will happen
 * @property {string} label what the button says
 * @property {boolean} [harmless] whether nothing goes
 * @property {(form: {error: (...pointers: string[]) => string|undefined, typed: FormData}) => unknown} [fields]
 * @property {string[]} [pointers] of what the fields show errors of, with all below them
 * @property {(typed: FormData) => Promise<[what: string, counts: Record<string, number>][]>} send answers what was removed
 * @property {Outcome} [outcome] what the answer shows, unless entries were removed
 *
 * @typedef {object} Outcome
 * @property {string} heading over the first column
 * @property {[count: string, label: string][]} columns
 * @property {(sum: number) => string} sentence
 */

/** Asks, does it and says what went. The dialog comes with the first question. */
export async function askAction(action, done) {
  await import('./action-dialog.js');
  const dialog = Object.assign(document.createElement('hone-cache-action'), { action });
  dialog.addEventListener('done', done);
  document.body.append(dialog);
}

const byCache = ({ caches }) => Object.entries(caches);

/** @type {() => Action} */
export const cleanUpExpired = () => ({
  heading: 'Clean up what has expired?',
  text: 'Entries whose time is over leave every cache now instead of when they are next met. No read becomes slower.',
  label: 'Clean up',
  send: async () => byCache(await cleanUp()),
});

/** @type {() => Action} */
export const warmAll = () => ({
  heading: 'Warm the caches?',
  text: html`The keys that were asked most, in this run and the one before, are loaded in the background, one after the other.
    Caches whose keys are secret are left out.`,
  label: 'Warm',
  harmless: true,
  outcome: {
    heading: 'Loading',
    columns: [['keys', 'Keys']],
    sentence: (sum) => (sum === 0 ? 'No key is known yet' : sum === 1 ? '1 key is being loaded' : `${whole(sum)} keys are being loaded`),
  },
  send: async () => Object.entries(await warm()).map(([name, keys]) => [name, { keys }]),
});

/** @type {(cache: import('./caches-api.js').CacheStatistics) => Action} */
export const clearOne = ({ name, load }) => ({
  heading: html`Clear <code>${name}</code>?`,
  text: html`All it holds goes from every tier, for all nodes. The next read of each entry loads
    again${load.count > 0 ? html`, which takes ${latency(load.avg_ms)} on average` : nothing}.`,
  label: 'Clear',
  send: async () => {
    const { removed } = await clearCache(name);
    return [[name, removed]];
  },
});

/** @type {(caches: import('./caches-api.js').CacheStatistics[]) => Action} */
export const clearEvery = (caches) => ({
  heading: 'Clear all caches?',
  text: html`All ${caches.length} caches lose what they hold, in every tier, for all nodes. Until they are filled again, each read loads;
    so far the caches have saved ${duration(caches.reduce((sum, one) => sum + one.time_saved_ms, 0))}.`,
  label: 'Clear all',
  send: async () => byCache(await clearAll()),
});

/** @type {() => Action} */
export const flushLevel = () => ({
  heading: 'Flush a tier',
  text: 'Removes entries from one tier and leaves the others: what is flushed from L1 may still be answered by L2.',
  label: 'Flush',
  pointers: ['?level', '?pattern', '?confirm', '/level', '/pattern', '/confirm'],
  fields: ({ error, typed }) => html`
    ${field({ id: 'flush-level', label: 'Tier', error: error('?level', '/level') }, ({ id, invalid, describedBy }) => html`
      <select id=${id} name="level" aria-invalid=${invalid} aria-describedby=${describedBy}>
        <option value="l1">L1, the heap of this node</option>
        <option value="l2">L2, the data grid</option>
        <option value="durable">Durable, the database</option>
        <option value="all">All</option></select>`)}
    ${field({
      id: 'flush-pattern', label: 'Only keys like', error: error('?pattern', '/pattern', '?confirm', '/confirm'),
      hint: html`<code>*</code> stands for anything, <code>?</code> for one character, as in <code>dashboard.stats:*</code>. Empty for all keys.`,
    }, ({ id, invalid, describedBy }) => html`
      <input id=${id} name="pattern" maxlength="600" autocomplete="off" spellcheck="false" aria-invalid=${invalid} aria-describedby=${describedBy}>`)}
    ${everythingBox(isEverything(typed.get('pattern') ?? ''))}`,
  send: async (typed) => {
    const [level, pattern] = [typed.get('level'), typed.get('pattern').trim()];
    const { removed } = await flush({ level, pattern, confirm: typed.get('confirm') });
    return [[pattern || 'All keys', removed]];
  },
});

/** @type {(tags: string[]) => Action} */
export const invalidateSome = (tags) => ({
  heading: 'Invalidate',
  text: 'Outdates what is made of something that changed: no node answers with it again. Name tags, patterns of keys, or both.',
  label: 'Invalidate',
  pointers: ['/tags', '/patterns', '/reason', '/confirm'],
  fields: ({ error, typed }) => html`
    ${field({
      id: 'invalidate-tags', label: 'Tags', error: error('/tags'),
      hint: html`Separated by commas${tags.length > 0 ? html`. Known here: ${tags.map((tag, i) => html`${i > 0 ? ', ' : ''}<code>${tag}</code>`)}` : nothing}`,
    }, ({ id, invalid, describedBy }) => html`
      <input id=${id} name="tags" autocomplete="off" spellcheck="false" autofocus aria-invalid=${invalid} aria-describedby=${describedBy}>`)}
    ${field({
      id: 'invalidate-patterns', label: 'Patterns', error: error('/patterns', '/confirm'),
      hint: html`One a line, as in <code>configuration:*</code>`,
    }, ({ id, invalid, describedBy }) => html`
      <textarea id=${id} name="patterns" rows="3" spellcheck="false" aria-invalid=${invalid} aria-describedby=${describedBy}></textarea>`)}
    ${field({ id: 'invalidate-reason', label: 'Reason', error: error('/reason'), hint: 'Stands in the audit' }, ({ id, invalid, describedBy }) => html`
      <input id=${id} name="reason" autocomplete="off" aria-invalid=${invalid} aria-describedby=${describedBy}>`)}
    ${everythingBox(parts(typed.get('patterns') ?? '', '\n').some(isEverything))}`,
  send: async (typed) => {
    const answer = await invalidate({
      tags: parts(typed.get('tags'), ','),
      patterns: parts(typed.get('patterns'), '\n'),
      reason: typed.get('reason').trim(),
      ...(typed.get('confirm') ? { confirm: true } : {}),
    });
    return [...Object.entries(answer.tags), ...Object.entries(answer.patterns)];
  },
});

function everythingBox(shown) {
  return shown ? html`
    <label class="check"><input type="checkbox" name="confirm" value="true" data-test="everything"> This matches every key, and I mean it</label>` : nothing;
}

/** As the server sees it; it is the one to refuse. */
function isEverything(pattern) {
  const text = pattern.trim().replace(/^hone:/, '');
  return pattern.trim() !== '' && text.replace(/[*?:]/g, '') === '';
}

function parts(text, separator) {
  return text.split(separator).map((part) => part.trim()).filter((part) => part !== '');
}
