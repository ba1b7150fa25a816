import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { propertiesOf } from '../platform/http/view.js';
import { EXPORTED_TABLES, type ExportedTable } from './exported-tables.js';

const PAGE = 1_000;
const COUNT = `SELECT ${EXPORTED_TABLES.map(
  ({ table, of = 'user_id' }) => `(SELECT count(*) FROM ${table} WHERE ${of} = ANY ($1::text[]))`,
).join(' + ')} AS total`;

/** All SQL that reads the data about a person. It uses the connections for long reads. */
@Injectable()
export class AccountExportRepository {
  constructor(private readonly db: Database) {}

  /** Returns an account and all accounts that were merged into it. */
  async lineage(user_id: string): Promise<string[]> {
    const rows = await this.db.reads.query<{ id: string }>(user_id, 'SELECT tollgate_accounts_of($1) AS id', [user_id]);
    return rows.map(({ id }) => id);
  }

  /** Yields the rows of a table in pages, account by account, oldest first. Holds no connection between pages. */
  async *pages(table: ExportedTable, user_ids: readonly string[]): AsyncGenerator<Record<string, unknown>[]> {
    for (const user_id of user_ids) {
      let after: unknown[] = [];
      for (;;) {
        const rows = await this.page(table, user_id, after);
        yield rows;
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE) break;
        after = table.key.map((column) => last[column]);
      }
    }
  }

  /** Returns the total number of rows. */
  async count(reader: string, user_ids: readonly string[]): Promise<number> {
    const [row] = await this.db.reads.query<{ total: string }>(reader, COUNT, [user_ids]);
    return Number(row?.total ?? 0);
  }

  private page({ table, of = 'user_id', view, key }: ExportedTable, user_id: string, after: unknown[]) {
    const columns = [...new Set([...propertiesOf(view), ...key])].map(quoted).join(', ');
    const order = key.map(quoted).join(', ');
    const next = after.length === 0 ? '' : `AND (${order}) > (${key.map((_column, n) => `$${n + 2}`).join(', ')})`;
    const text = `SELECT ${columns} FROM ${table} WHERE ${of} = $1 ${next} ORDER BY ${order} LIMIT ${PAGE}`;
    const values = [user_id, ...after];
    // the archive is already being sent, so a later table must wait rather than fail
    return this.db.reads.query<Record<string, unknown>>(user_id, text, values, { is_patient: true });
  }
}

/** A column can have the name of a keyword. */
const quoted = (column: string): string => `"${column}"`;
