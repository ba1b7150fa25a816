/** An error as callers read it: its sentence and its particulars. */
export interface ProblemExample {
  detail: string;
  /** Path that was called, where not any path may answer with it. */
  instance?: string;
  [member: string]: unknown;
}
