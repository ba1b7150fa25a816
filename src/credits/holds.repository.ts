import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { hold_status } from '../generated/prisma/enums.js';
import type { CreditHoldRow } from '../generated/rows.js';
import { amount, type Units } from '../platform/amount.js';
import { Database, type Tx } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { unitsOf, wire } from '../platform/wire.js';

/** All SQL on holds. Writers hold the account's lock. */
@Injectable()
export class HoldsRepository {
  constructor(private readonly db: Database) {}

  /** @throws NotFound when no such hold exists, or it belongs to another account than the one named */
  async get(id: string, user_id: string | undefined): Promise<CreditHoldRow> {
    const row = await this.db.prisma.credit_holds.findFirst({ where: { id, ...(user_id === undefined ? {} : { user_id }) } });
    if (!row) throw new NotFound(`Hold ${id}`);
    return wire(row);
  }

  async getLocked(tx: Tx, user_id: string, id: string): Promise<CreditHoldRow> {
    const row = await tx.credit_holds.findUnique({ where: { id_user_id: { id, user_id } } });
    if (!row) throw new NotFound(`Hold ${id}`);
    return wire(row);
  }

  async create(tx: Tx, data: Prisma.credit_holdsUncheckedCreateInput): Promise<CreditHoldRow> {
    return wire(await tx.credit_holds.create({ data }));
  }

  async resolve(tx: Tx, hold: CreditHoldRow, status: hold_status, at: Date, captured: Units = 0n): Promise<CreditHoldRow> {
    const { id, user_id } = hold;
    const data = { status, resolved_at: at, captured_amount: amount(captured) };
    return wire(await tx.credit_holds.update({ where: { id_user_id: { id, user_id } }, data }));
  }

  async extend(tx: Tx, hold: CreditHoldRow, expires_at: Date): Promise<CreditHoldRow> {
    const { id, user_id } = hold;
    return wire(await tx.credit_holds.update({ where: { id_user_id: { id, user_id } }, data: { expires_at } }));
  }

  /** Marks every active hold that expired by `now`. @returns the credits that were set aside in them */
  async expire(tx: Tx, user_id: string, now: Date): Promise<Units> {
    const expired = await tx.credit_holds.updateManyAndReturn({
      where: { user_id, status: 'active', expires_at: { lte: now } },
      data: { status: 'expired', resolved_at: now },
      select: { amount: true },
    });
    return expired.reduce((sum, hold) => sum + unitsOf(hold.amount), 0n);
  }

  /** The soonest expiry among active holds; null without any. */
  async soonestExpiry(tx: Tx, user_id: string): Promise<Date | null> {
    const { _min } = await tx.credit_holds.aggregate({ where: { user_id, status: 'active' }, _min: { expires_at: true } });
    return _min.expires_at;
  }
}
