import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { OpenrouterAccountRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { Database, type Tx } from '../platform/database.js';
import { KeyRing, UnreadableSecret } from '../platform/key-ring.js';
import { OpenRouterClient } from './openrouter.client.js';
import { OpenRouterRepository } from './openrouter.repository.js';

/** Users' own keys, to make calls with. */
@Injectable()
export class OwnKeys {
  constructor(
    private readonly db: Database,
    private readonly accounts: OpenRouterRepository,
    private readonly audit: AuditRepository,
    private readonly client: OpenRouterClient,
    private readonly ring: KeyRing,
  ) {}

  /**
   * The user's key; null without one, or when OpenRouter refused it.
   * @throws UnreadableSecret when it was encrypted with a key that is gone
   */
  async find(user_id: string): Promise<string | null> {
    const sealed = await this.accounts.findActiveKey(user_id);
    return sealed === null ? null : this.ring.open(sealed, user_id);
  }

  /**
   * Asks OpenRouter about a key that a call was refused with. If it does not accept it, the key is no longer used.
   * @returns whether it does not
   * @throws DomainError `openrouter_unavailable` when it does not say
   */
  async isRefused(actor: Actor, user_id: string, api_key: string): Promise<boolean> {
    if (await this.client.findKey(api_key)) return false;
    const account = await this.accounts.find(user_id);
    const isSame = account !== null && this.ring.open(account.encrypted_key, user_id) === api_key;
    if (isSame) await this.deactivate(actor, account);
    return true;
  }

  /**
   * Hands a key over to the account that takes over its owner's: it is encrypted anew, for the new owner. A key that the
   * new owner has already goes before it, and one that cannot be read any more is forgotten.
   */
  async handOver(tx: Tx, from: string, to: string): Promise<void> {
    const { moving, owned } = await this.accounts.pair(tx, from, to);
    if (!moving) return;
    const resealed_key = owned ? null : this.resealed(moving.encrypted_key, from, to);
    await (resealed_key === null ? this.accounts.forget(tx, from) : this.accounts.rename(tx, from, to, resealed_key));
  }

  private resealed(encrypted_key: string, from: string, to: string): string | null {
    try {
      return this.ring.seal(this.ring.open(encrypted_key, from), to);
    } catch (error) {
      if (error instanceof UnreadableSecret) return null;
      throw error;
    }
  }

  /** Puts a key out of use, once, unless another took its place meanwhile. */
  async deactivate(actor: Actor, account: OpenrouterAccountRow): Promise<void> {
    const { user_id, key_hint } = account;
    await this.db.transaction(async (tx) => {
      if (!(await this.accounts.deactivate(tx, account))) return;
      const entry = { user_id, action: 'openrouter.deactivate', metadata: { key_hint } };
      await this.audit.record(tx, actor, { ...entry, resource_type: 'openrouter_account', resource_id: user_id });
    });
  }
}
