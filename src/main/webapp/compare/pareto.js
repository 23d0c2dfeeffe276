/**
 * The Pareto front: the points that no other dominates. One dominates another if it is no worse in every objective and
 * better in at least one (Deb 2001, "Multi-Objective Optimization Using Evolutionary Algorithms", section 2.4). Equal
 * points do not dominate each other, so all of them are on the front. Every pair is looked at, which for the fifty
 * sessions of a comparison is nothing.
 *
 * @param {(number|null)[][]} points one number an objective; a point that lacks one is not compared
 * @param {('min'|'max')[]} directions
 * @returns {boolean[]} whether each point is on the front
 */
export function paretoFront(points, directions) {
  const costs = points.map((point) => (
    point.every(Number.isFinite) ? point.map((value, i) => (directions[i] === 'max' ? -value : value)) : null));
  return costs.map((cost) => cost !== null && !costs.some((other) => other !== null && dominates(other, cost)));
}

function dominates(one, other) {
  return one.every((cost, i) => cost <= other[i]) && one.some((cost, i) => cost < other[i]);
}
