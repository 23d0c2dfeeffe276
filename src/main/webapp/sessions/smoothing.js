/**
 * The debiased exponential moving average of a line: each value is the mean of those up to it, weighed by `weight` to the
 * power of how many points they lie back. Dividing by the sum of the weights keeps the first values from leaning towards
 * zero (Kingma and Ba 2015, "Adam", section 3). Distances count in mean distances between points, so that gaps and
 * downsampling do not shift the line; where points are evenly spaced it is the average that TensorBoard draws.
 *
 * @param {[number, number|null][]} points by rising x; null where there is no finite value
 * @param {number} weight 0, which changes nothing, to less than 1
 * @returns {[number, number|null][]} as many points, null where there were none
 */
export function smoothed(points, weight) {
  const spacing = (points.at(-1)?.[0] - points[0]?.[0]) / (points.length - 1) || 1;
  let sum = 0;
  let weights = 0;
  let before = null;
  return points.map(([x, y]) => {
    if (y === null) {
      return [x, null];
    }
    const fade = before === null ? 0 : weight ** ((x - before) / spacing);
    before = x;
    sum = sum * fade + y;
    weights = weights * fade + 1;
    return [x, sum / weights];
  });
}
