import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from './errors.js';

/** State of the shutdown of this process. Request handlers and long-running work check it. */
@Injectable()
export class Shutdown implements OnModuleDestroy {
  private readonly breaking = new AbortController();
  private begun = false;

  /** Whether a shutdown has begun: this instance should get no new work, but still serves what arrives. */
  get has_begun(): boolean {
    return this.begun;
  }

  /** Aborted with a DomainError `shutting_down` when running work must end. */
  get signal(): AbortSignal {
    return this.breaking.signal;
  }

  begin(): void {
    this.begun = true;
  }

  breakOff(): void {
    this.begun = true;
    this.breaking.abort(shuttingDown());
  }

  onModuleDestroy(): void {
    this.begin();
  }
}

const RETRY_AFTER_S = 3;

/** The error of an instance that is shutting down; another instance will serve the retry. */
export function shuttingDown(): DomainError {
  return new DomainError('unavailable', 'shutting_down', 'The service is shutting down.', {
    retry_after_s: RETRY_AFTER_S,
  });
}
