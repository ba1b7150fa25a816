import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { TierRow } from '../generated/rows.js';
import { CATALOGUE_REVISION } from '../platform/database/catalogue-revision.js';
import { Database, type Db, type Tx } from '../platform/database/database.js';
import { NotFound } from '../platform/errors.js';
import { wire } from '../platform/values/wire.js';

/**
 * The part of an account's plan that calls need, and the revision of the catalogue that it was read at: null if a hold could
 * not verify it, because the account has budgets.
 */
export type UserTier = Pick<TierRow, 'tier' | 'name' | 'allowed_models'> & { is_due: boolean; revision: string | null };

/** All SQL on tiers. */
@Injectable()
export class TiersRepository {
  constructor(private readonly db: Database) {}

  /** Returns the plans, cheapest first; only public ones if `onlyPublic`. */
  async list(onlyPublic = false, db: Db | Tx = this.db.prisma): Promise<TierRow[]> {
    const rows = await db.tiers.findMany({
      where: onlyPublic ? { is_public: true } : {},
      orderBy: [{ rank: 'asc' }, { tier: 'asc' }],
    });
    return rows.map(wire);
  }

  async find(tier: string, db: Db | Tx = this.db.prisma): Promise<TierRow | null> {
    const row = await db.tiers.findUnique({ where: { tier } });
    return row && wire(row);
  }

  /** Returns the plan of an account, and whether a change of it may be due. Returns null if the user has no account. */
  async findByUser(user_id: string): Promise<UserTier | null> {
    const text = `SELECT t.tier, t.name, t.allowed_models, u.due_at <= clock_timestamp() AS is_due,
        CASE WHEN NOT u.has_budgets THEN ${CATALOGUE_REVISION} END AS revision
      FROM user_credits u JOIN tiers t USING (tier) WHERE u.user_id = $1`;
    return (await this.db.statement<UserTier>('tier_of_user', text, [user_id]))[0] ?? null;
  }

  /** @throws NotFound if the plan does not exist */
  async get(tier: string, db: Db | Tx = this.db.prisma): Promise<TierRow> {
    const row = await this.find(tier, db);
    if (!row) throw new NotFound(`Tier ${tier}`);
    return row;
  }

  /** Creates a plan. Returns null if the code is taken, also by a concurrent request. */
  async create(tx: Tx, data: Prisma.tiersCreateManyInput): Promise<TierRow | null> {
    const [row] = await tx.tiers.createManyAndReturn({ data, skipDuplicates: true });
    return row ? wire(row) : null;
  }

  /**
   * Locks the plan, so that no account can switch to it until the transaction ends.
   * @throws NotFound if the plan does not exist
   */
  async lock(tx: Tx, tier: string): Promise<void> {
    const rows = await tx.$queryRaw<unknown[]>`SELECT tier FROM tiers WHERE tier = ${tier} FOR UPDATE`;
    if (rows.length === 0) throw new NotFound(`Tier ${tier}`);
  }

  /**
   * Returns the plan and prevents its deletion until the transaction ends.
   * @throws NotFound if the plan does not exist
   */
  async getToTakeUp(tx: Tx, tier: string): Promise<TierRow> {
    await tx.$queryRaw`SELECT tier FROM tiers WHERE tier = ${tier} FOR KEY SHARE`;
    return this.get(tier, tx);
  }

  async update(tx: Tx, tier: string, data: Prisma.tiersUncheckedUpdateInput): Promise<TierRow> {
    return wire(await tx.tiers.update({ where: { tier }, data: { ...data, updated_at: new Date() } }));
  }

  async delete(tx: Tx, tier: string): Promise<void> {
    await tx.tiers.delete({ where: { tier } });
  }

  /** Returns whether an account has the plan, or is scheduled to switch to it. */
  async isInUse(tx: Tx, tier: string): Promise<boolean> {
    const account = await tx.user_credits.findFirst({
      where: { OR: [{ tier }, { next_tier: tier }] },
      select: { user_id: true },
    });
    return account !== null || (await tx.scheduled_grants.count({ where: { tier } })) > 0;
  }
}
