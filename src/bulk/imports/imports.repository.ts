import { Injectable } from '@nestjs/common';
import type { Prisma } from '../../generated/prisma/client.js';
import type { credit_import_line_state, credit_import_mode } from '../../generated/prisma/enums.js';
import type { CreditImportLineRow, CreditImportRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { newestFirst, olderThan } from '../../platform/database/keyset.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { NotFound } from '../../platform/errors.js';
import { json, wire } from '../../platform/values/wire.js';
import type { CreditImportView } from './imports.dto.js';

/** A checked line to store. */
export type CheckedLine = Omit<CreditImportLineRow, 'import_id' | 'warning' | 'transaction_id'>;

/** Lines of an import. */
export interface LinesFilter {
  import_id: string;
  state?: credit_import_line_state | undefined;
}

type Counts = Omit<CreditImportView, keyof CreditImportRow>;

const NO_LINES: Counts = {
  lines: 0,
  ready: 0,
  invalid: 0,
  booked: 0,
  refused: 0,
  warnings: 0,
  amount: '0.000000',
  booked_amount: '0.000000',
};
const INSERT_PAGE = 5_000;
const READER = 'credit imports';
/** Days in which a line that another file has booked already is pointed out. */
const REPEAT_DAYS = 30;
/** Days after which a file that was never confirmed is deleted. */
const UNCONFIRMED_DAYS = 7;

/** All SQL on imports of credits. */
@Injectable()
export class CreditImportsRepository {
  constructor(private readonly db: Database) {}

  /** Creates the import of a file, or returns the one that exists, locked until the transaction ends. */
  async take(tx: Tx, name: string, digest: string, created_by: string): Promise<CreditImportRow> {
    const { count } = await tx.credit_imports.createMany({ data: { name, digest, created_by }, skipDuplicates: true });
    const { id } = await tx.credit_imports.findUniqueOrThrow({ where: { digest } });
    if (count === 0) await this.lock(tx, id);
    return this.get(id, tx);
  }

  /** Locks an import until the transaction ends. @throws NotFound */
  async lock(tx: Tx, id: string): Promise<CreditImportRow> {
    await tx.$queryRaw`SELECT FROM credit_imports WHERE id = ${id}::uuid FOR UPDATE`;
    return this.get(id, tx);
  }

  /** @throws NotFound */
  async get(id: string, db: Db | Tx = this.db.prisma): Promise<CreditImportRow> {
    const row = await db.credit_imports.findUnique({ where: { id } });
    if (!row) throw new NotFound(`Import ${id}`);
    return wire(row);
  }

  async update(tx: Tx, id: string, data: Prisma.credit_importsUpdateInput): Promise<void> {
    await tx.credit_imports.update({ where: { id }, data });
  }

  /** Replaces the lines of an import, and points out those that another file has booked lately. */
  async replaceLines(tx: Tx, import_id: string, lines: readonly CheckedLine[]): Promise<void> {
    await tx.credit_import_lines.deleteMany({ where: { import_id } });
    for (let n = 0; n < lines.length; n += INSERT_PAGE) {
      await tx.$executeRaw`
        INSERT INTO credit_import_lines (import_id, line, user_id, amount, reason, source, expires_at, state, error)
        SELECT ${import_id}::uuid, line, user_id, amount, reason, source::grant_source, expires_at,
          state::credit_import_line_state, error
        FROM jsonb_to_recordset(${json(lines.slice(n, n + INSERT_PAGE))}::jsonb) AS l (line int, user_id text,
          amount numeric, reason text, source text, expires_at timestamptz, state text, error text)`;
    }
    await tx.$executeRaw`
      UPDATE credit_import_lines AS l
      SET warning = 'The file ' || left(i.name, 100) || ' booked the same line on ' || to_char(i.confirmed_at, 'YYYY-MM-DD') || '.'
      FROM credit_import_lines AS o JOIN credit_imports AS i ON i.id = o.import_id
      WHERE l.import_id = ${import_id}::uuid AND l.state = 'ready' AND o.import_id <> l.import_id AND o.state = 'booked'
        AND (o.user_id, o.amount, o.reason) = (l.user_id, l.amount, l.reason)
        AND i.confirmed_at > clock_timestamp() - ${REPEAT_DAYS} * interval '1 day'`;
  }

  /** Returns the status of the accounts that exist, by user id. */
  async accountsOf(user_ids: string[]): Promise<Map<string, { status: string; moved_to: string | null }>> {
    const accounts = await this.db.statement<{ user_id: string; status: string; moved_to: string | null }>(
      'accounts_of_import',
      'SELECT user_id, status, moved_to FROM user_credits WHERE user_id = ANY ($1)',
      [user_ids],
    );
    return new Map(accounts.map(({ user_id, ...account }) => [user_id, account]));
  }

  async list(_filter: object, slice: PageSlice): Promise<CreditImportRow[]> {
    const query = { where: olderThan(slice.after), ...newestFirst(slice) };
    return (await this.db.prisma.credit_imports.findMany(query)).map(wire);
  }

  count(): Promise<number> {
    return this.db.prisma.credit_imports.count();
  }

  /** Returns the imports with their lines counted. */
  async counted(imports: readonly CreditImportRow[]): Promise<CreditImportView[]> {
    const rows = await this.db.prisma.$queryRaw<(Counts & { import_id: string })[]>`
      SELECT import_id::text, count(*)::int AS lines, count(*) FILTER (WHERE state = 'ready')::int AS ready,
        count(*) FILTER (WHERE state = 'invalid')::int AS invalid,
        count(*) FILTER (WHERE state = 'booked')::int AS booked,
        count(*) FILTER (WHERE state = 'refused')::int AS refused, count(warning)::int AS warnings,
        COALESCE(sum(amount) FILTER (WHERE state IN ('ready', 'booked')), 0) AS amount,
        COALESCE(sum(amount) FILTER (WHERE state = 'booked'), 0) AS booked_amount
      FROM credit_import_lines WHERE import_id = ANY (${imports.map(({ id }) => id)}::uuid[]) GROUP BY import_id`;
    const counts = new Map(rows.map(({ import_id, ...found }) => [import_id, wire(found) as Counts]));
    return imports.map((row) => ({ ...row, ...(counts.get(row.id) ?? NO_LINES) }));
  }

  /** Returns how many lines of an import can be booked, as part of the transaction. */
  async countStates(tx: Tx, import_id: string): Promise<Pick<Counts, 'ready' | 'invalid' | 'lines'>> {
    const [row] = await tx.$queryRaw<Pick<Counts, 'ready' | 'invalid' | 'lines'>[]>`
      SELECT count(*)::int AS lines, count(*) FILTER (WHERE state = 'ready')::int AS ready,
        count(*) FILTER (WHERE state = 'invalid')::int AS invalid
      FROM credit_import_lines WHERE import_id = ${import_id}::uuid`;
    return row ?? NO_LINES;
  }

  /** Returns the first lines that cannot be booked, with the reasons. */
  firstInvalid(tx: Tx, import_id: string, take: number): Promise<Pick<CreditImportLineRow, 'line' | 'error'>[]> {
    const where = { import_id, state: 'invalid' as const };
    return tx.credit_import_lines.findMany({
      where,
      orderBy: { line: 'asc' },
      take,
      select: { line: true, error: true },
    });
  }

  /** Lines of an import by number, for {@link paginateBy}. */
  readonly lines = {
    list: async (
      { import_id, state }: LinesFilter,
      { take, after }: PageSlice<number>,
    ): Promise<CreditImportLineRow[]> => {
      const where = { import_id, line: { gt: after ?? 0 }, ...(state && { state }) };
      const query = { where, orderBy: { line: 'asc' as const }, take };
      return this.db.reads.run(READER, async (db) => (await db.credit_import_lines.findMany(query)).map(wire));
    },
    count: ({ import_id, state }: LinesFilter): Promise<number> =>
      this.db.prisma.credit_import_lines.count({ where: { import_id, ...(state && { state }) } }),
  };

  /** Returns the next lines to book, by number. */
  async ready(import_id: string, limit: number): Promise<CreditImportLineRow[]> {
    const query = { where: { import_id, state: 'ready' as const }, orderBy: { line: 'asc' as const }, take: limit };
    return (await this.db.prisma.credit_import_lines.findMany(query)).map(wire);
  }

  /** Returns all lines to book as part of the transaction. */
  async allReady(tx: Tx, import_id: string): Promise<CreditImportLineRow[]> {
    const query = { where: { import_id, state: 'ready' as const }, orderBy: { line: 'asc' as const } };
    return (await tx.credit_import_lines.findMany(query)).map(wire);
  }

  /**
   * Locks a line that waits to be booked, until the transaction ends. It is the guard that lets each line be booked once.
   * @returns false when it was booked or refused meanwhile
   */
  async claim(tx: Tx, { import_id, line }: Pick<CreditImportLineRow, 'import_id' | 'line'>): Promise<boolean> {
    const rows = await tx.$queryRaw<unknown[]>`
      SELECT FROM credit_import_lines
      WHERE import_id = ${import_id}::uuid AND line = ${line} AND state = 'ready' FOR UPDATE`;
    return rows.length === 1;
  }

  /** Stores the result of a line that waits to be booked. */
  async settle(
    tx: Tx,
    { import_id, line }: Pick<CreditImportLineRow, 'import_id' | 'line'>,
    result: { transaction_id: string } | { error: string },
  ): Promise<void> {
    const state = 'error' in result ? ('refused' as const) : ('booked' as const);
    await tx.credit_import_lines.updateMany({ where: { import_id, line, state: 'ready' }, data: { ...result, state } });
  }

  /** Confirms an import that is locked. */
  async confirm(tx: Tx, id: string, mode: credit_import_mode): Promise<void> {
    await tx.$executeRaw`
      UPDATE credit_imports
      SET state = 'booking', mode = ${mode}::credit_import_mode, confirmed_at = clock_timestamp(), error = NULL
      WHERE id = ${id}::uuid`;
  }

  /** Ends the booking of an import; `error` says why nothing was booked. */
  async finish(tx: Tx, id: string, error: string | null = null): Promise<void> {
    await tx.$executeRaw`
      UPDATE credit_imports SET completed_at = clock_timestamp(), error = ${error},
        state = CASE WHEN ${error}::text IS NULL THEN 'complete' ELSE 'failed' END::credit_import_state
      WHERE id = ${id}::uuid AND state = 'booking'`;
  }

  /** Deletes files that were never confirmed, or of which nothing was booked. */
  async deleteUnconfirmed(): Promise<number> {
    return this.db.prisma.$executeRaw`
      DELETE FROM credit_imports WHERE state IN ('checked', 'failed')
        AND created_at < clock_timestamp() - ${UNCONFIRMED_DAYS} * interval '1 day'`;
  }
}
