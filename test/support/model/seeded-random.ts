/** A seeded pseudo-random generator of numbers from 0 to 1 (mulberry32). */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns a function that returns random integers from 0 to `sides` - 1. */
export function seededRandom(seed: number): (sides: number) => number {
  const random = seededUniform(seed);
  return (sides) => Math.floor(random() * sides);
}
