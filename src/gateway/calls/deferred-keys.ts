import { Injectable, Logger } from '@nestjs/common';
import type { CreditHoldRow } from '../../generated/rows.js';
import { OwnKeys } from '../../openrouter/own-keys.js';
import { KeyRing } from '../../platform/secrets/key-ring.js';
import type { MadeCall } from './call-rates.js';

type DeferredKey = Pick<CreditHoldRow, 'id' | 'user_id' | 'work_progress'>;

/**
 * Users' own keys for calls whose usage still has to be looked up. OpenRouter returns a call's record only for the key
 * that made it, so the encrypted key is stored with the call until it is settled. A user who deletes the key in the
 * meantime still owes the fee.
 */
@Injectable()
export class DeferredKeys {
  private readonly log = new Logger('gateway');

  constructor(
    private readonly keys: OwnKeys,
    private readonly ring: KeyRing,
  ) {}

  /** Returns the encrypted key of a call; null for the platform's key. */
  seal({ hold, is_own_key }: MadeCall, api_key: string): string | null {
    return is_own_key ? this.ring.seal(api_key, ownerOf(hold)) : null;
  }

  /** Returns the key that the call was made with, or else the user's current key; null without either. */
  async find(row: DeferredKey): Promise<string | null> {
    const sealed = row.work_progress?.['sealed_key'];
    if (typeof sealed === 'string') {
      try {
        return this.ring.open(sealed, ownerOf(row));
      } catch (error) {
        this.log.warn(error); // the encryption key may have been removed
      }
    }
    return this.keys.find(row.user_id);
  }
}

const ownerOf = ({ user_id, id }: Pick<DeferredKey, 'id' | 'user_id'>): string => JSON.stringify([user_id, id]);
