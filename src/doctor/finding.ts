/** What a check found: nothing is wrong yet (warning), or something is (error). */
export interface Finding {
  level: 'warning' | 'error';
  /** Name of the check. */
  check: string;
  /** What is so. */
  found: string;
  /** What to do about it. */
  remedy: string;
}

export type Fault = Omit<Finding, 'check'>;

/** Told how many of how many things are looked at. */
export type OnProgress = (done: number, total: number) => void;

/** One thing that the doctor looks at. */
export interface Check {
  /** Unique, kebab-case. */
  readonly name: string;
  /** What it counts while it goes on, where that may take long. */
  readonly counts?: string;
  /** Only reads. */
  run(onProgress: OnProgress): Promise<Fault[]>;
  /** Repairs what it finds where that is safe, and says what it did. Safe to repeat. */
  repair?(): Promise<string>;
}

export const warning = (found: string, remedy: string): Fault => ({ level: 'warning', found, remedy });
export const fault = (found: string, remedy: string): Fault => ({ level: 'error', found, remedy });
export const counted = (n: number, one: string, many = `${one}s`): string => `${String(n)} ${n === 1 ? one : many}`;
