/**
 * A signal that is aborted after a time, or with another signal. `AbortSignal.timeout` keeps its timer, and
 * `AbortSignal.any` its signals, until the time is over, also when the work has long ended: thousands of requests a second
 * with a limit of 15 seconds then take hundreds of megabytes.
 */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    limit_ms: number,
    private readonly other?: AbortSignal,
  ) {
    this.timer = setTimeout(
      () => this.controller.abort(new DOMException('The time is over.', 'TimeoutError')),
      limit_ms,
    );
    other?.addEventListener('abort', this.follow);
    if (other?.aborted) this.follow();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Releases the timer and the other signal. To be called when the work has ended. */
  end(): void {
    clearTimeout(this.timer);
    this.other?.removeEventListener('abort', this.follow);
  }

  private readonly follow = (): void => this.controller.abort(this.other?.reason);
}
