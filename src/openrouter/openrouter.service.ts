import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { OpenrouterAccountRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { figure, units } from '../platform/values/amount.js';
import { Database, type Tx } from '../platform/database/database.js';
import { DomainError, NotFound } from '../platform/errors.js';
import { KeyRing } from '../platform/secrets/key-ring.js';
import { assertAttemptLeft } from '../platform/attempt-limit.js';
import { keyFacts, keyHint } from './key-facts.js';
import { KEY_RATE_LIMIT } from './key-rate-limit.js';
import { OpenRouterClient } from './openrouter.client.js';
import type {
  OpenRouterAccountBody,
  OpenRouterAccountView,
  OpenRouterBalanceView,
  OpenRouterDeletedView,
} from './openrouter.dto.js';
import { OpenRouterRepository } from './openrouter.repository.js';
import { OwnKeys } from './own-keys.js';

/** Stores users' own OpenRouter keys: verified with OpenRouter first, encrypted, never returned. */
@Injectable()
export class OpenRouterService {
  constructor(
    private readonly db: Database,
    private readonly accounts: OpenRouterRepository,
    private readonly audit: AuditRepository,
    private readonly client: OpenRouterClient,
    private readonly ring: KeyRing,
    private readonly keys: OwnKeys,
  ) {}

  /** Returns the user's OpenRouter account; null without one. */
  async find(user_id: string): Promise<OpenRouterAccountView | null> {
    const account = await this.accounts.find(user_id);
    return account && viewOf(account);
  }

  /**
   * Stores a key, replacing an existing one.
   * @throws RateLimited after 10 attempts in an hour; DomainError `openrouter_key_refused`, `openrouter_key_unusable`,
   * `openrouter_unavailable`, `encryption_not_configured`; nothing is changed then
   */
  async create(
    actor: Actor,
    user_id: string,
    { api_key, email = null }: OpenRouterAccountBody,
  ): Promise<OpenRouterAccountView> {
    const encrypted_key = this.ring.seal(api_key, user_id);
    await this.db.transaction(async (tx) => {
      const now = await this.accounts.lockAttempts(tx, user_id);
      assertAttemptLeft(KEY_RATE_LIMIT, await this.accounts.attempts(tx, user_id, now), now);
      await this.accounts.addAttempt(tx, user_id, now);
    });
    const info = await this.client.findKey(api_key);
    if (!info) throw refused('Check that it was copied completely and has not been revoked.');
    if (info.is_management_key) {
      throw unusable('This key manages other keys and cannot run models. Create an ordinary key at OpenRouter.');
    }
    const key_hint = keyHint(api_key);
    return this.db.transaction(async (tx) => {
      const account = { user_id, email, encrypted_key, key_hint, last_synced: new Date(), ...keyFacts(info) };
      const saved = await this.accounts.save(tx, account);
      await this.record(tx, actor, 'openrouter.create', user_id, { key_hint });
      return viewOf(saved);
    });
  }

  /**
   * Refreshes the spending limit from OpenRouter. A refused key is deactivated.
   * @throws NotFound without an account; DomainError `openrouter_key_refused`, `openrouter_unavailable`
   */
  async sync(actor: Actor, user_id: string): Promise<OpenRouterBalanceView> {
    const account = await this.get(user_id);
    const info = await this.client.findKey(this.ring.open(account.encrypted_key, user_id));
    if (!info) {
      await this.keys.deactivate(actor, account);
      const left = await this.get(user_id);
      if (left.encrypted_key === account.encrypted_key) throw refused('It is no longer used. Store a new one.');
      return viewOf(left); // the key was replaced meanwhile, and the new one was verified when it was stored
    }
    const isDone = await this.db.transaction(async (tx) => {
      if (!(await this.accounts.update(tx, account, keyFacts(info)))) return false;
      await this.record(tx, actor, 'openrouter.sync', user_id, { key_hint: account.key_hint });
      return true;
    });
    return viewOf(isDone ? { ...account, ...keyFacts(info) } : await this.get(user_id));
  }

  /**
   * Deletes the account and its key.
   * @throws NotFound without an account
   */
  delete(actor: Actor, user_id: string): Promise<OpenRouterDeletedView> {
    return this.db.transaction(async (tx) => {
      if (!(await this.accounts.delete(tx, user_id))) throw new NotFound('OpenRouter account');
      await this.record(tx, actor, 'openrouter.delete', user_id, {});
      return { message: 'OpenRouter account deleted successfully' };
    });
  }

  private async get(user_id: string): Promise<OpenrouterAccountRow> {
    const account = await this.accounts.find(user_id);
    if (!account) throw new NotFound('OpenRouter account');
    return account;
  }

  private record(tx: Tx, actor: Actor, action: string, user_id: string, metadata: object): Promise<void> {
    const entry = { user_id, action, resource_type: 'openrouter_account', resource_id: user_id };
    return this.audit.record(tx, actor, { ...entry, metadata: { ...metadata } });
  }
}

/** Returns the account with dollar amounts as numbers. */
const viewOf = (account: OpenrouterAccountRow): OpenRouterAccountView & OpenRouterBalanceView => ({
  ...account,
  free_credits: dollarsOf(account.free_credits),
  free_credits_remaining: dollarsOf(account.free_credits_remaining),
});

const dollarsOf = (text: string | null): number | null => (text === null ? null : figure(units(text)));

const refused = (advice: string): DomainError =>
  new DomainError('invalid', 'openrouter_key_refused', `OpenRouter does not accept this key. ${advice}`);

const unusable = (why: string): DomainError => new DomainError('invalid', 'openrouter_key_unusable', why);
