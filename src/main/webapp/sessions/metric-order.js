/** Which metrics say most about a session, where nobody chose. */
const TELLING = [/acc|f1|auc|bleu|rouge|reward|score/i, /size|bytes/i, /latency|_[mu]s$/i, /loss|perplexity|error/i];

/**
 * @param {string[]} keys of metrics
 * @param {string} [first] one that was asked for
 * @returns {string[]} the most telling first; in each kind the shortest name, which is rarely "train_…", then by name
 */
export function byInterest(keys, first) {
  const rank = (key) => {
    const place = TELLING.findIndex((pattern) => pattern.test(key));
    return key === first ? -1 : place < 0 ? TELLING.length : place;
  };
  return [...keys].sort((a, b) => rank(a) - rank(b) || a.length - b.length || (a < b ? -1 : 1));
}
