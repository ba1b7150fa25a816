import { Injectable } from '@nestjs/common';
import { Prisma, type user_credits } from '../generated/prisma/client.js';
import type { account_status } from '../generated/prisma/enums.js';
import type { UserCreditsRow } from '../generated/rows.js';
import { Database } from '../platform/database/database.js';
import type { PageSlice } from '../platform/database/paging.js';
import { wire } from '../platform/values/wire.js';

/** Conditions on the listed accounts, and their order: by id, or latest change first. */
export interface AccountFilter {
  sort: AccountOrder;
  search?: string | undefined;
  tier?: string | undefined;
  status?: account_status | undefined;
  min_balance?: string | undefined;
  max_balance?: string | undefined;
  in_debt?: boolean | undefined;
  active_since?: Date | undefined;
}

type AccountOrder = 'user_id' | 'last_updated';

/** The last row of the previous page. `last_updated` is text, because a Date would lose microseconds. */
export interface AccountPosition {
  user_id: string;
  last_updated: string;
}

/** An account in a list, with its user's e-mail address and its position. */
export type ListedAccount = UserCreditsRow & { email: string | null; at: string };

type Found = user_credits & { email: string | null; at: string };

/** Key under which searches queue for the read pool. */
const READER = 'accounts';

/** Searches accounts. Reads only. */
@Injectable()
export class AccountsListRepository {
  constructor(private readonly db: Database) {}

  /** Returns accounts in the requested order. */
  async list(filter: AccountFilter, { take, skip, after }: PageSlice<AccountPosition>): Promise<ListedAccount[]> {
    const { sort } = filter;
    const order = sort === 'user_id' ? Prisma.sql`u.user_id` : Prisma.sql`u.last_updated DESC, u.user_id`;
    const page = Prisma.sql`
      SELECT u.*, o.email, u.last_updated::text AS at FROM user_credits u LEFT JOIN openrouter_accounts o USING (user_id)
      WHERE ${where(filter)} ${after ? beyond(sort, after) : Prisma.empty}
      ORDER BY ${order} LIMIT ${take} OFFSET ${skip}`;
    const rows = await this.db.reads.run(READER, (db) => db.$queryRaw<Found[]>(page));
    return rows.map(({ email, at, ...row }) => ({ ...wire(row), email, at }));
  }

  async count(filter: AccountFilter): Promise<number> {
    const counted = Prisma.sql`
      SELECT count(*)::int AS n FROM user_credits u LEFT JOIN openrouter_accounts o USING (user_id)
      WHERE ${where(filter)}`;
    const [row] = await this.db.reads.run(READER, (db) => db.$queryRaw<{ n: number }[]>(counted));
    return row?.n ?? 0;
  }
}

function beyond(sort: AccountOrder, { user_id, last_updated }: AccountPosition): Prisma.Sql {
  if (sort === 'user_id') return Prisma.sql`AND u.user_id > ${user_id}`;
  const at = Prisma.sql`${last_updated}::timestamptz`;
  return Prisma.sql`AND u.last_updated <= ${at} AND (u.last_updated < ${at} OR u.user_id > ${user_id})`;
}

function where(filter: AccountFilter): Prisma.Sql {
  const { search, tier, status, min_balance, max_balance, in_debt, active_since } = filter;
  const conditions = [Prisma.sql`true`];
  if (search !== undefined) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(Prisma.sql`(u.user_id ILIKE ${pattern} OR o.email ILIKE ${pattern})`);
  }
  if (tier !== undefined) conditions.push(Prisma.sql`u.tier = ${tier}`);
  if (status !== undefined) conditions.push(Prisma.sql`u.status = ${status}::account_status`);
  if (min_balance !== undefined) conditions.push(Prisma.sql`u.balance >= ${min_balance}::numeric`);
  if (max_balance !== undefined) conditions.push(Prisma.sql`u.balance <= ${max_balance}::numeric`);
  if (in_debt !== undefined) conditions.push(in_debt ? Prisma.sql`u.debt > 0` : Prisma.sql`u.debt = 0`);
  if (active_since !== undefined) conditions.push(Prisma.sql`u.last_updated >= ${active_since}`);
  return Prisma.join(conditions, ' AND ');
}
