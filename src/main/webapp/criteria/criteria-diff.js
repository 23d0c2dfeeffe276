import { words } from '../lib/format.js';
import { criterionText, weightText } from './criterion-text.js';

/**
 * What one version changed, in words.
 *
 * @param {import('./criteria-api.js').Criteria} newer
 * @param {import('./criteria-api.js').Criteria|undefined} older none for the first version
 * @returns {{kind: 'added'|'removed'|'changed', text: string}[]}
 */
export function changesBetween(newer, older) {
  if (!older) {
    return newer.criteria.map((criterion) => ({ kind: 'added', text: full(criterion) }));
  }
  return [...criteriaChanges(newer.criteria, older.criteria), ...techniqueChanges(newer.techniques, older.techniques)];
}

/** Criteria of the same metric and direction belong together: a moved bound is a change, not one gone and one come. */
function criteriaChanges(newer, older) {
  const left = [...older];
  const take = (fits) => {
    const at = left.findIndex(fits);
    return at < 0 ? null : left.splice(at, 1)[0];
  };
  const unmatched = newer.filter((criterion) => !take((one) => full(one) === full(criterion)));
  const changes = unmatched.map((criterion) => {
    const former = take((one) => one.metric === criterion.metric && one.op[0] === criterion.op[0]);
    return former
      ? { kind: 'changed', text: `${full(former)} → ${full(criterion)}` }
      : { kind: 'added', text: full(criterion) };
  });
  return [...changes, ...left.map((criterion) => ({ kind: 'removed', text: full(criterion) }))];
}

function techniqueChanges(newer, older) {
  const text = (techniques) => (techniques.length === 0 ? 'all techniques' : techniques.map(words).join(', '));
  return text(newer) === text(older) ? [] : [{ kind: 'changed', text: `for ${text(older)} → for ${text(newer)}` }];
}

function full(criterion) {
  return `${criterionText(criterion)} (${weightText(criterion)})`;
}
