import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor } from '../platform/actor.js';
import { Database } from '../platform/database.js';
import { KeyRing, UnreadableSecret } from '../platform/key-ring.js';
import { OpenRouterRepository, type ResealedKey, type SealedKey } from './openrouter.repository.js';

/** What a rotation came to. */
export interface RotationReport {
  /** The key that everything is encrypted with now. */
  key_id: string;
  rotated: number;
  /** Users whose stored key cannot be read; it was left as it is. */
  unreadable: string[];
}

const BATCH = 500;

/** Puts stored keys under the current encryption key, batch by batch, while the service goes on working. */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly db: Database,
    private readonly accounts: OpenRouterRepository,
    private readonly audit: AuditRepository,
    private readonly ring: KeyRing,
  ) {}

  /**
   * Re-encrypts what is not encrypted with the current key. What is done stays done when it is interrupted.
   * @param onProgress told how many of how many keys are done
   * @throws DomainError `encryption_not_configured`
   */
  async rotate(actor: Actor, onProgress: (done: number, total: number) => void): Promise<RotationReport> {
    const report: RotationReport = { key_id: this.ring.current_id, rotated: 0, unreadable: [] };
    const total = await this.accounts.countOfOthers(report.key_id);
    let done = 0;
    let after = '';
    for (;;) {
      const batch = await this.accounts.nextOfOthers(report.key_id, after, BATCH);
      if (batch.length === 0) return report;
      const resealed = batch.flatMap((key) => this.resealed(key) ?? (report.unreadable.push(key.user_id), []));
      report.rotated += await this.store(actor, report.key_id, resealed);
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
