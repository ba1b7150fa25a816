import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { TierRow } from '../generated/rows.js';
import { Database, type Db, type Tx } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { wire } from '../platform/wire.js';

/** What calls look at of an account's plan. */
export type UserTier = Pick<TierRow, 'tier' | 'name' | 'allowed_models'> & { is_due: boolean };

/** All SQL on tiers. */
@Injectable()
export class TiersRepository {
  constructor(private readonly db: Database) {}

  /** Every plan, cheapest first; only those shown to the public when asked. */
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

  /** The plan of an account, and whether a change of it may have fallen due; null when the user was never seen. */
  async findByUser(user_id: string): Promise<UserTier | null> {
    const text = `SELECT t.tier, t.name, t.allowed_models, u.due_at <= clock_timestamp() AS is_due
      FROM user_credits u JOIN tiers t USING (tier) WHERE u.user_id = $1`;
    return (await this.db.statement<UserTier>('tier_of_user', text, [user_id]))[0] ?? null;
  }

  /** @throws NotFound when there is no such plan */
  async get(tier: string, db: Db | Tx = this.db.prisma): Promise<TierRow> {
    const row = await this.find(tier, db);
    if (!row) throw new NotFound(`Tier ${tier}`);
    return row;
  }

  /** The new plan; null when one of that code exists, made at the same moment perhaps. */
  async create(tx: Tx, data: Prisma.tiersCreateManyInput): Promise<TierRow | null> {
    const [row] = await tx.tiers.createManyAndReturn({ data, skipDuplicates: true });
    return row ? wire(row) : null;
  }

  /**
   * Keeps everybody from taking the plan up until the transaction ends.
   * @throws NotFound when there is no such plan
   */
  async lock(tx: Tx, tier: string): Promise<void> {
    const rows = await tx.$queryRaw<unknown[]>`SELECT tier FROM tiers WHERE tier = ${tier} FOR UPDATE`;
    if (rows.length === 0) throw new NotFound(`Tier ${tier}`);
  }

  /**
   * The plan, which nobody can delete until the transaction ends.
   * @throws NotFound when there is no such plan
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

  /** Whether an account has the plan, now or scheduled. */
  async isInUse(tx: Tx, tier: string): Promise<boolean> {
    const account = await tx.user_credits.findFirst({
      where: { OR: [{ tier }, { next_tier: tier }] },
      select: { user_id: true },
    });
    return account !== null;
  }
}
