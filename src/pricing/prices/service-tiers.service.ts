import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { ServiceTierMultiplierRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../platform/errors.js';
import { wire } from '../../platform/values/wire.js';
import { ANY } from './price.js';
import type { ServiceTierMultiplierBody } from '../pricing.dto.js';

/** Manages the multipliers of service tiers. Rows are only ever added. */
@Injectable()
export class ServiceTiersService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns all multipliers, newest first. */
  async list(): Promise<ServiceTierMultiplierRow[]> {
    const orderBy = [{ effective_from: 'desc' }, { service_tier: 'asc' }, { match: 'asc' }] as const;
    return (await this.db.prisma.service_tier_multipliers.findMany({ orderBy: [...orderBy] })).map(wire);
  }

  /**
   * Sets the multiplier of a service tier from an instant, by default now.
   * @throws DomainError `already_exists` when there is one from the same instant
   */
  async set(actor: Actor, body: ServiceTierMultiplierBody): Promise<ServiceTierMultiplierRow> {
    const match = (body.match ?? ANY).toLowerCase();
    return this.db.transaction(async (tx) => {
      const effective_from = body.effective_from ?? new Date();
      const data = { service_tier: body.service_tier, match, multiplier: body.multiplier, effective_from };
      const [row] = await tx.service_tier_multipliers.createManyAndReturn({ data, skipDuplicates: true });
      if (!row) {
        const detail = `There is already a multiplier of ${body.service_tier} for ${match} from ${effective_from.toISOString()}. Multipliers are never edited; choose another effective_from.`;
        throw new DomainError('conflict', 'already_exists', detail);
      }
      const entry = { action: 'service_tier.set', resource_type: 'service_tier_multiplier', resource_id: row.id };
      await this.audit.record(tx, actor, { ...entry, user_id: actor.user_id, metadata: { ...data } });
      return wire(row);
    });
  }
}
