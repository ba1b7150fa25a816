import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { OpenrouterAccountRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { Database } from '../platform/database.js';
import { KeyRing } from '../platform/key-ring.js';
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
