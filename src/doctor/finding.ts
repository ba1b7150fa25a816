/** A finding of a check: a risk (warning) or a fault (error). */
export interface Finding {
  level: 'warning' | 'error';
  /** Name of the check. */
  check: string;
  /** What was found. */
  found: string;
  /** What to do about it. */
  remedy: string;
}

export type Fault = Omit<Finding, 'check'>;

/** Called with the number of checked items and the total. */
export type OnProgress = (done: number, total: number) => void;

/** A check of the doctor. */
export interface Check {
  /** Unique, kebab-case. */
  readonly name: string;
  /** Unit of the progress, for checks that can take long. */
  readonly counts?: string;
  /** Runs the check, read-only. */
  run(onProgress: OnProgress): Promise<Fault[]>;
  /** Makes safe repairs and returns a sentence about them. Safe to repeat. */
  repair?(): Promise<string>;
}

export const warning = (found: string, remedy: string): Fault => ({ level: 'warning', found, remedy });
export const fault = (found: string, remedy: string): Fault => ({ level: 'error', found, remedy });
