/** The result of a change that can be repeated with an idempotency key. */
export interface Replayable<T> {
  result: T;
  /** Whether the change was made earlier, with the same key. */
  replayed: boolean;
}
