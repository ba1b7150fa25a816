import { Injectable } from '@nestjs/common';
import { systemActor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { mapPage, type Page, paginate } from '../../platform/database/paging.js';
import type { PageQuery } from '../../platform/http/page.js';
import { amount, type Units } from '../../platform/values/amount.js';
import type { ApiKeyView } from '../api-keys.dto.js';
import { ApiKeysRepository } from '../api-keys.repository.js';
import { KnownKeys } from '../callers/known-keys.js';
import { KeyLog } from '../key-log.js';
import { viewOf } from '../key-view.js';

/** What a key spent on a new model within five minutes, and how much would have been usual. */
interface Burn {
  readonly model: string;
  readonly burn: Units;
  readonly limit: Units;
}

const BRAKE = systemActor('brake');

/** Pauses keys that the brake stops, and lists those that nobody has resumed yet. */
@Injectable()
export class BrakedKeys {
  constructor(
    private readonly db: Database,
    private readonly keys: ApiKeysRepository,
    private readonly log: KeyLog,
    private readonly memory: KnownKeys,
  ) {}

  /**
   * Pauses a key because of what it spent, unless it does not work any more or its brake was turned off meanwhile.
   * @returns whether it was paused
   */
  async pause(id: string, { model, burn, limit }: Burn): Promise<boolean> {
    const isPaused = await this.db.transaction(async (tx) => {
      const key = await this.keys.lock(tx, id);
      if (!key?.brake || key.paused_at !== null || key.revoked_at !== null) return false;
      const spent = { braked_model: model, braked_burn: amount(burn) };
      const paused_reason = reasonOf({ model, burn, limit });
      const paused = await this.keys.change(tx, key, { ...spent, paused_at: new Date(), paused_reason });
      await this.log.record(tx, BRAKE, 'brake', paused, { ...spent, limit: amount(limit) });
      return true;
    });
    if (isPaused) this.memory.forget(id);
    return isPaused;
  }

  /** Returns a page of the keys of all accounts that the brake has paused, newest first. */
  async list(page: PageQuery): Promise<Page<ApiKeyView>> {
    const now = new Date();
    return mapPage(await paginate(this.keys, { is_braked: true }, page), (key) => viewOf(key, now));
  }

  /** Returns the name of a key of the account that the brake has paused; null if there is none. */
  nameOf(user_id: string, tx: Tx | null = null): Promise<string | null> {
    return this.keys.brakedName(user_id, tx);
  }
}

function reasonOf({ model, burn, limit }: Burn): string {
  const text = `The brake stopped it: ${model}, which it had not used before, cost ${amount(burn)} credits within five minutes; up to ${amount(limit)} is usual.`;
  return text.slice(0, 500);
}
