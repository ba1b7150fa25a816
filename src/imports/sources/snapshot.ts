import pg from 'pg';
import { DomainError } from '../../platform/errors.js';
import { unusableSource } from '../source.js';

/** A row with all columns as text. */
export type Row = Readonly<Record<string, string | null>>;

const FETCHED_ROWS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Disables type parsing, so that no timestamp is shifted and no number becomes a float. */
const AS_TEXT = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

/** A read-only snapshot of another system's PostgreSQL database. */
export class Snapshot {
  private constructor(
    private readonly client: pg.Client,
    /** Readable columns by table. */
    readonly tables: ReadonlyMap<string, ReadonlySet<string>>,
  ) {}

  /** @throws DomainError `unusable_source`; `source_unavailable`, which never contains the password of the URL */
  static async open(url: string): Promise<Snapshot> {
    if (!/^postgres(ql)?:\/\//.test(url)) {
      const hint = 'Load a dump of MySQL or SQLite into PostgreSQL first, or export it as CSV and import that';
      throw unusableSource(`The source must be the address of a PostgreSQL database (postgresql://...). ${hint}.`);
    }
    const client = clientOf(url);
    client.on('error', () => undefined); // the next query says it
    try {
      await client.connect();
      await client.query(`BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`);
      await client.query(`SET LOCAL TimeZone = 'UTC'; SET LOCAL statement_timeout = 0; SET LOCAL extra_float_digits = 1;
        SET LOCAL DateStyle = 'ISO'; SET LOCAL idle_in_transaction_session_timeout = 0`);
      return new Snapshot(client, await tablesOf(client));
    } catch (error) {
      await client.end().catch(() => undefined); // already closed; the first error says why
      throw unavailable(error);
    }
  }

  /** Counts the rows of a table or subquery, optionally those that meet a condition. */
  async count(from: string, condition = 'true'): Promise<number> {
    const { rows } = await this.client.query<{ n: string }>(`SELECT count(*) AS n FROM ${from} WHERE ${condition}`);
    return Number(rows[0]?.n ?? 0);
  }

  /** Streams the rows of a query, fetching a thousand at a time. */
  async *rows(query: string): AsyncGenerator<Row> {
    const cursor = quoted(`c${String((this.cursors += 1))}`);
    await this.client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${query}`);
    try {
      for (;;) {
        const { rows } = await this.client.query<Row>(`FETCH ${FETCHED_ROWS} FROM ${cursor}`);
        yield* rows;
        if (rows.length < FETCHED_ROWS) return;
      }
    } finally {
      await this.client.query(`CLOSE ${cursor}`).catch(() => undefined); // gone with the failed transaction
    }
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private cursors = 0;
}

/** Quotes an SQL identifier. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function clientOf(url: string): pg.Client {
  try {
    const options = { application_name: 'tollgate import', connectionTimeoutMillis: CONNECT_TIMEOUT_MS };
    return new pg.Client({ connectionString: url, types: AS_TEXT, ...options });
  } catch {
    throw unusableSource('The source is no usable address of a PostgreSQL database (postgresql://...).');
  }
}

async function tablesOf(client: pg.Client): Promise<Map<string, Set<string>>> {
  const { rows } = await client.query<{ table_name: string; column_name: string }>(
    `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()`,
  );
  const tables = new Map<string, Set<string>>();
  for (const { table_name, column_name } of rows) {
    tables.set(table_name, (tables.get(table_name) ?? new Set()).add(column_name));
  }
  return tables;
}

function unavailable(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const { message, code } = error as { message?: string; code?: string };
  const cause = message === undefined || message === '' ? (code ?? 'unknown') : message;
  return new DomainError('unavailable', 'source_unavailable', `The source cannot be read: ${cause}.`);
}
