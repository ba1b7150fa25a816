import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { Actor } from '../../platform/actor.js';
import { amount } from '../../platform/values/amount.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DomainError } from '../../platform/errors.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import type { Account } from './account.js';
import { AccountLocks } from './account-locks.js';
import { AccountsRepository } from './accounts.repository.js';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { assertOpen } from './refusal.js';
import { addTakenOver, openTakenOver, type TakenOver } from './take-over.js';

/** An account to import from another system. */
export interface TakeOverOrder extends TakenOver {
  user_id: string;
  /** Id of the imported row; its balance is booked once. */
  import_id: string;
  /** Name of the other system, shown in the ledger. */
  system: string;
  /** Tier of a new account; null means the initial tier. */
  tier: string | null;
  /** When the account was created in the other system. */
  created_at: Date | null;
  /** Whether a new account is suspended until an administrator resumes it. */
  is_suspended: boolean;
}

/** The result of a take-over: an account was created, credits were added to one, or it was already taken over. */
export type TakeOverEnd = 'opened' | 'added' | 'known';

/** Takes over accounts from other systems, each once, even if the import is repeated or run concurrently. */
@Injectable()
export class TakeOverService {
  constructor(
    private readonly locks: AccountLocks,
    private readonly accounts: AccountsRepository,
    private readonly ledger: LedgerRepository,
    private readonly tiers: TiersRepository,
    private readonly audit: AuditRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Creates an account with the balance, plan and period from another system, without a trial. To an existing account
   * the balance is added as a bonus. A negative balance becomes debt.
   * @throws NotFound for an unknown tier; DomainError `account_erased`, `account_closed`
   */
  takeOver(actor: Actor, order: TakeOverOrder): Promise<TakeOverEnd> {
    const { user_id, import_id, system, balance } = order;
    return this.locks.lockedBare(actor, user_id, async (account, tx, isNew) => {
      if (!isNew && (balance === 0n || (await this.ledger.hasTakenOver(tx, user_id, import_id)))) return 'known';
      if (await this.accounts.wasErased(tx, user_id)) throw erased(user_id);
      assertOpen(account.state);
      const details = { description: `Balance from ${system}`, metadata: { reason: 'import', import_id } };
      const tier = order.tier ?? this.config.provisioning.initial_tier;
      if (isNew) openTakenOver(account, order, await this.tiers.get(tier, tx), details);
      else addTakenOver(account, balance, details);
      if (isNew && order.is_suspended) suspend(account, system);
      const { lines } = await this.accounts.save(tx, account);
      if (isNew && order.created_at) await this.accounts.backdate(tx, user_id, order.created_at);
      const transactions = lines.map(({ id }) => id);
      await this.audit.record(tx, actor, {
        user_id,
        action: 'account.import',
        resource_type: 'user_credits',
        resource_id: user_id,
        metadata: { import_id, balance: amount(balance), ...(isNew && { tier }), transactions },
      });
      return isNew ? 'opened' : 'added';
    });
  }
}

function suspend({ state, now }: Account, system: string): void {
  const status_reason = `Was not allowed to spend in ${system}`;
  Object.assign(state, { status: 'suspended', status_reason, status_changed_at: now });
}

const erased = (user_id: string): DomainError =>
  new DomainError(
    'conflict',
    'account_erased',
    `${user_id} was erased here, so nothing can be imported for this user.`,
  );
