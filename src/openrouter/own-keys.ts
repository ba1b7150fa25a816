import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { OpenrouterAccountRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { Database, type Tx } from '../platform/database/database.js';
import { KeyRing, UnreadableSecret } from '../platform/secrets/key-ring.js';
import { OpenRouterClient } from './openrouter.client.js';
import { OpenRouterRepository } from './openrouter.repository.js';

/** Provides users' own keys for calls. */
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
   * Returns the user's key; null without one, or if OpenRouter refused it.
   * @throws UnreadableSecret when its encryption key is no longer configured
   */
  async find(user_id: string): Promise<string | null> {
    return this.open(await this.findSealed(user_id), user_id);
  }

  /** Returns the user's key as it is stored, encrypted; null where {@link find} returns null. */
  findSealed(user_id: string): Promise<string | null> {
    return this.accounts.findActiveKey(user_id);
  }

  /**
   * Decrypts what {@link findSealed} returned.
   * @throws UnreadableSecret when its encryption key is no longer configured
   */
  open(sealed: string | null, user_id: string): string | null {
    return sealed === null ? null : this.ring.open(sealed, user_id);
  }

  /**
   * Verifies a key whose call was refused. A key that OpenRouter does not accept is deactivated.
   * @returns whether the key is not accepted
   * @throws DomainError `openrouter_unavailable` when OpenRouter does not respond
   */
  async isRefused(actor: Actor, user_id: string, api_key: string): Promise<boolean> {
    if (await this.client.findKey(api_key)) return false;
    const account = await this.accounts.find(user_id);
    const isSame = account !== null && this.ring.open(account.encrypted_key, user_id) === api_key;
    if (isSame) await this.deactivate(actor, account);
    return true;
  }

  /**
   * Transfers a key to the user who takes over the account, re-encrypted for that user. If that user already has a key,
   * or the key cannot be decrypted, it is deleted instead.
   */
  async transfer(tx: Tx, from: string, to: string): Promise<void> {
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

  /** Deactivates a key, unless it is inactive already or was replaced meanwhile. */
  async deactivate(actor: Actor, account: OpenrouterAccountRow): Promise<void> {
    const { user_id, key_hint } = account;
    await this.db.transaction(async (tx) => {
      if (!(await this.accounts.deactivate(tx, account))) return;
      const entry = { user_id, action: 'openrouter.deactivate', metadata: { key_hint } };
      await this.audit.record(tx, actor, { ...entry, resource_type: 'openrouter_account', resource_id: user_id });
    });
  }
}
