import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ApiKeyRow } from '../../generated/rows.js';
import type { Caller } from '../../platform/actor.js';
import { Remembered, type Versioned } from '../../platform/database/remembered.js';
import { ApiKeysRepository } from '../api-keys.repository.js';

/** A verified secret, the key it belongs to, and what each of its requests needs to know. */
export interface KnownKey extends Versioned {
  readonly key: ApiKeyRow;
  /** Whether the secret was replaced and works only until its grace ends. */
  readonly is_previous: boolean;
  readonly caller: Caller;
  readonly admits: (address: string) => boolean;
  /** When a use of the key was last noted, milliseconds. */
  noted_ms: number;
}

const KEYS_MAX = 10_000;

/** Keeps verified keys in memory, by the digests of their secrets. */
@Injectable()
export class KnownKeys extends Remembered<KnownKey> implements OnApplicationShutdown {
  constructor(keys: ApiKeysRepository) {
    super({ name: 'API keys', max: KEYS_MAX, changedWithin: (seconds) => keys.changedWithin(seconds) });
  }

  onApplicationShutdown(): void {
    this.stop();
  }
}
