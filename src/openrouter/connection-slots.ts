/** Limits concurrency: a caller without a free slot waits in line, up to a time limit. */
export class ConnectionSlots {
  private taken = 0;
  /** In order of arrival. */
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly max: number,
    private readonly wait_ms: number,
  ) {}

  /** Number of slots in use. */
  get in_use(): number {
    return this.taken;
  }

  /** Takes a slot, which {@link free} gives back. @returns whether one became free in time */
  async take(): Promise<boolean> {
    if (this.taken < this.max) {
      this.taken += 1;
      return true;
    }
    return new Promise((resolve) => {
      const turn = (): void => {
        clearTimeout(late);
        resolve(true);
      };
      const late = setTimeout(() => {
        this.waiting.delete(turn);
        resolve(false);
      }, this.wait_ms);
      this.waiting.add(turn);
    });
  }

  /** Returns a slot and passes it to the longest waiter, if any. */
  free(): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.taken -= 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
