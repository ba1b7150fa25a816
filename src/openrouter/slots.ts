/** So many may do something at once; who comes then waits its turn for a while. */
export class Slots {
  private taken = 0;
  /** In the order in which they came. */
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly max: number,
    private readonly wait_ms: number,
  ) {}

  /** How many are taken. */
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

  /** Gives a slot back: to who has waited longest, if anybody does. */
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
