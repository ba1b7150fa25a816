import { Injectable, Logger } from '@nestjs/common';
import type { CreditHoldRow } from '../generated/rows.js';
import { OwnKeys } from '../openrouter/own-keys.js';
import { KeyRing } from '../platform/key-ring.js';
import type { MadeCall } from './call-rates.js';

type Left = Pick<CreditHoldRow, 'id' | 'user_id' | 'work_progress'>;

/**
 * Own keys of calls whose usage is still to be asked for. Only with its key can a call be asked about, so a key goes with
 * the call, encrypted, until that is settled: a user who removes it in the meantime still owes the fee.
 */
@Injectable()
export class LeftKeys {
  private readonly log = new Logger('gateway');

  constructor(
    private readonly keys: OwnKeys,
    private readonly ring: KeyRing,
  ) {}

  /** The key of a call, as it is kept; null when it is the platform's. */
  seal({ hold, is_own_key }: MadeCall, api_key: string): string | null {
    return is_own_key ? this.ring.seal(api_key, ownerOf(hold)) : null;
  }

  /** The key that a user's call was made with, else the one that the user has now; null without either. */
  async find(row: Left): Promise<string | null> {
    const sealed = row.work_progress?.['sealed_key'];
    if (typeof sealed === 'string') {
      try {
        return this.ring.open(sealed, ownerOf(row));
      } catch (error) {
        this.log.warn(error); // what it was encrypted with may be gone by now
      }
    }
    return this.keys.find(row.user_id);
  }
}

const ownerOf = ({ user_id, id }: Pick<Left, 'id' | 'user_id'>): string => JSON.stringify([user_id, id]);
