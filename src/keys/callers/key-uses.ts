import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { ApiKeysRepository, type KeyUseTime } from '../api-keys.repository.js';

const DELAY_MS = 2_000;

/** Stores when keys were last used, some seconds later and many in one statement. */
@Injectable()
export class KeyUses implements BeforeApplicationShutdown {
  private readonly log = new Logger('api keys');
  private pending = new Map<string, KeyUseTime>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly keys: ApiKeysRepository) {}

  /** Notes a use. Returns immediately. */
  note(use: KeyUseTime): void {
    this.pending.set(use.id, use);
    this.timer ??= setTimeout(() => void this.flush(), DELAY_MS).unref();
  }

  /** Stores what was noted. A failure is logged; the next use is stored again. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const uses = [...this.pending.values()];
    this.pending = new Map();
    if (uses.length === 0) return;
    await this.keys.noteUses(uses).catch((error: unknown) => this.log.warn(error));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.flush();
  }
}
