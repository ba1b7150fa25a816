import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor } from '../platform/actor.js';
import { Database } from '../platform/database/database.js';
import { KeyRing, UnreadableSecret } from '../platform/secrets/key-ring.js';
import { type RotationReport, type SealedStore, SealedStores } from '../platform/secrets/sealed-stores.js';
import { OpenRouterRepository, type ResealedKey, type SealedKey } from './openrouter.repository.js';

const BATCH = 500;

/** Re-encrypts users' stored keys with the current encryption key, batch by batch, while the service is running. */
@Injectable()
export class KeyRotation implements SealedStore, OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly accounts: OpenRouterRepository,
    private readonly audit: AuditRepository,
    private readonly ring: KeyRing,
    private readonly stores: SealedStores,
  ) {}

  onModuleInit(): void {
    this.stores.add(this);
  }

  /**
   * Re-encrypts every key that is not encrypted with the current encryption key. If interrupted, finished batches stay
   * re-encrypted.
   * @param onProgress called with the number of processed keys and the total
   * @throws DomainError `encryption_not_configured`
   */
  async rotate(actor: Actor, onProgress: (done: number, total: number) => void): Promise<RotationReport> {
    const { current_id: key_id } = this.ring;
    const unreadable: string[] = [];
    let rotated = 0;
    const total = await this.accounts.countOfOthers(key_id);
    let done = 0;
    let after = '';
    for (;;) {
      const batch = await this.accounts.nextOfOthers(key_id, after, BATCH);
      if (batch.length === 0) return { rotated, unreadable };
      const resealed = batch.flatMap((key) => this.resealed(key) ?? (unreadable.push(key.user_id), []));
      rotated += await this.store(actor, key_id, resealed);
      after = batch.at(-1)?.user_id ?? after;
      done += batch.length;
      onProgress(done, Math.max(done, total));
    }
  }

  private resealed(key: SealedKey): ResealedKey | null {
    try {
      const secret = this.ring.open(key.encrypted_key, key.user_id);
      return { ...key, resealed_key: this.ring.seal(secret, key.user_id) };
    } catch (error) {
      if (error instanceof UnreadableSecret) return null;
      throw error;
    }
  }

  private store(actor: Actor, key_id: string, keys: ResealedKey[]): Promise<number> {
    return this.db.transaction(async (tx) => {
      const rotated = await this.accounts.reseal(tx, keys);
      const entry = { user_id: actor.user_id, resource_type: 'encryption_key', resource_id: key_id };
      await this.audit.record(tx, actor, { ...entry, action: 'keys.rotate', metadata: { rotated } });
      return rotated;
    });
  }
}
