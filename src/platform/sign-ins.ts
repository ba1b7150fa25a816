import { Injectable, Logger } from '@nestjs/common';
import type { Caller } from './actor.js';

/** Does something when a person signs in. */
type Listener = (caller: Caller) => Promise<void> | void;

/**
 * Announces sign-ins with a token to the modules that wait for them. A token is announced when an instance sees it first,
 * and again after about a minute. Listeners finish before the request goes on, and cannot refuse it.
 */
@Injectable()
export class SignIns {
  private readonly log = new Logger('sign-ins');
  private readonly listeners: Listener[] = [];

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  async announce(caller: Caller): Promise<void> {
    for (const listener of this.listeners) {
      try {
        await listener(caller);
      } catch (error) {
        this.log.error(error);
      }
    }
  }
}
