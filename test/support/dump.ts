import type pg from 'pg';

/** Returns the whole content of a database as text. */
export async function dumpOf(pool: pg.Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  if (tables.length < 10) throw new Error('a database of ours has more tables');
  const parts = await Promise.all(tables.map(({ name }) => pool.query(`SELECT t::text AS row FROM ${name} AS t`)));
  return JSON.stringify(parts.map(({ rows }) => rows as unknown));
}
