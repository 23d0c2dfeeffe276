/**
 * Runs so many at a time and lets the others wait their turn: a server is not asked fifty things at once.
 *
 * @param {number} most
 * @returns {<T>(run: () => Promise<T>) => Promise<T>}
 */
export function limited(most) {
  let running = 0;
  const waiting = [];
  return async (run) => {
    if (running >= most) {
      await new Promise((resolve) => { waiting.push(resolve); });
    } else {
      running++;
    }
    try {
      return await run();
    } finally {
      // The place goes to the next in line, or is free.
      const next = waiting.shift();
      if (next) {
        next();
      } else {
        running--;
      }
    }
  };
}
