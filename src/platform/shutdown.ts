import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from './errors.js';

/** How far the end of this process has come. Whoever answers or works for long asks here. */
@Injectable()
export class Shutdown implements OnModuleDestroy {
  private readonly breaking = new AbortController();
  private begun = false;

  /** Whether no new work should come to this instance any more; what comes all the same is still served. */
  get has_begun(): boolean {
    return this.begun;
  }

  /** Aborted, with a DomainError `shutting_down`, when what still runs must end now. */
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

/** The answer of an instance that goes: another one will serve. */
export function shuttingDown(): DomainError {
  return new DomainError('unavailable', 'shutting_down', 'The service is shutting down.', {
    retry_after_s: RETRY_AFTER_S,
  });
}
