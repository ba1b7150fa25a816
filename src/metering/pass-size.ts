/**
 * How often the roll-ups run. What an account did in between is in the same rows of its hours, so a longer time changes fewer
 * rows for each charge; reports read more of the events themselves (docs/decisions/0025-usage-by-attribution.md).
 */
export const ROLLUP_EVERY_S = 10;

/** Events of the first pass of a run, and the most of any pass. */
const FIRST = 20_000;
const MOST = 320_000;

/** A pass that is quicker than this lets the next one be larger; one that is slower than the other, smaller. */
const QUICK_MS = 2_000;
const SLOW_MS = 5_000;

/**
 * How many events or lines a pass of a roll-up takes. A large pass changes the rows of an account once and in the order of
 * their index, where many small ones change them again and again: while a roll-up is far behind, passes grow as long as
 * they stay quick. Each run starts small, so a pass that was too large for the statement timeout stops nothing.
 */
export class PassSize {
  private size = FIRST;

  get value(): number {
    return this.size;
  }

  /** Runs a pass and learns from the time that it takes. */
  async of<T>(pass: (size: number) => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await pass(this.size);
    this.learn(performance.now() - began);
    return result;
  }

  /** Sets the size of the next pass. */
  learn(took_ms: number): void {
    if (took_ms < QUICK_MS) this.size = Math.min(MOST, this.size * 2);
    else if (took_ms > SLOW_MS) this.size = Math.max(FIRST, this.size / 2);
  }
}
