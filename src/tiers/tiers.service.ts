import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { TierRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { Database, type Tx } from '../platform/database/database.js';
import { DomainError, InvalidInput } from '../platform/errors.js';
import { listFault } from './allowed-models.js';
import type { TierBody, TierChanges } from './tiers.dto.js';
import { TiersRepository } from './tiers.repository.js';

/**
 * Manages plans. Changed terms apply to an account when its next period starts or when it switches. A changed list of
 * allowed models applies immediately.
 */
@Injectable()
export class TiersService {
  constructor(
    private readonly db: Database,
    private readonly tiers: TiersRepository,
    private readonly audit: AuditRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws DomainError `already_exists`; InvalidInput if `allowed_models` is invalid */
  async create(actor: Actor, body: TierBody): Promise<TierRow> {
    checkModels(body);
    return this.db.transaction(async (tx) => {
      const tier = await this.tiers.create(tx, { ...body });
      if (!tier)
        throw new DomainError('conflict', 'already_exists', `Tier ${body.tier} already exists. Change it with PATCH.`);
      await this.record(tx, actor, 'tier.create', tier.tier, body);
      return tier;
    });
  }

  /** @throws NotFound; InvalidInput if `allowed_models` is invalid */
  async update(actor: Actor, code: string, changes: TierChanges): Promise<TierRow> {
    checkModels(changes);
    return this.db.transaction(async (tx) => {
      await this.tiers.lock(tx, code); // waits for a concurrent deletion, and then fails with NotFound
      const tier = await this.tiers.update(tx, code, { ...changes });
      await this.record(tx, actor, 'tier.update', code, changes);
      return tier;
    });
  }

  /**
   * @throws NotFound; DomainError `tier_in_use` while an account has it, or while it is the configured initial or
   *   unpaid tier
   */
  delete(actor: Actor, code: string): Promise<void> {
    return this.db.transaction(async (tx) => {
      // while it is locked, no account can switch to it
      await this.tiers.lock(tx, code);
      const { provisioning, payments } = this.config;
      const isNamed = code === provisioning.initial_tier || code === payments.unpaid_tier;
      if (isNamed || (await this.tiers.isInUse(tx, code))) {
        throw new DomainError(
          'conflict',
          'tier_in_use',
          `Tier ${code} is in use. Switch its accounts and remove its scheduled grants first, or set is_public to false.`,
        );
      }
      await this.tiers.delete(tx, code);
      await this.record(tx, actor, 'tier.delete', code, {});
    });
  }

  private record(tx: Tx, actor: Actor, action: string, code: string, changes: object): Promise<void> {
    const entry = { user_id: actor.user_id, action, resource_type: 'tier', resource_id: code };
    return this.audit.record(tx, actor, { ...entry, metadata: { ...changes } });
  }
}

function checkModels({ allowed_models = [] }: Pick<TierChanges, 'allowed_models'>): void {
  const fault = listFault(allowed_models);
  if (fault) throw new InvalidInput([fault]);
}
