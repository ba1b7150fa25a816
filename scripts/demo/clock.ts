import type pg from 'pg';

interface Default {
  table: string;
  column: string;
  expression: string;
}

/**
 * Lets the service and its database live in the past, so that everything is booked by the real rules: `Date` in this
 * process, and in new sessions of the database functions that shadow now() and clock_timestamp(). Defaults of columns are
 * bound to them as well. `close()` undoes all of it.
 */
export class DemoClock {
  private back_ms = 0;

  private readonly original = Date;
  private readonly pool: pg.Pool;
  private readonly defaults: readonly Default[];

  private constructor(pool: pg.Pool, defaults: readonly Default[]) {
    this.pool = pool;
    this.defaults = defaults;
  }

  /** @throws Error if an earlier run was killed and left its clock behind */
  static async open(pool: pg.Pool): Promise<DemoClock> {
    const { rows: left } = await pool.query(`SELECT FROM pg_namespace WHERE nspname = 'demo_clock'`);
    if (left.length > 0) throw new Error('An earlier run was interrupted. Drop this database and create it again.');
    const { rows: defaults } = await pool.query<Default>(
      `SELECT c.oid::regclass::text AS table, quote_ident(a.attname) AS column, pg_get_expr(d.adbin, d.adrelid) AS expression
       FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
       WHERE c.relnamespace = 'public'::regnamespace AND pg_get_expr(d.adbin, d.adrelid) ~ 'CURRENT_TIMESTAMP|now\\(\\)|clock_timestamp\\(\\)'`,
    );
    await pool.query(`
      CREATE SCHEMA demo_clock;
      CREATE TABLE demo_clock.clock AS SELECT interval '0' AS back;
      CREATE FUNCTION demo_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql
        AS 'SELECT pg_catalog.clock_timestamp() - back FROM demo_clock.clock';
      CREATE FUNCTION demo_clock.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT demo_clock.clock_timestamp()';
      SET search_path = demo_clock, public, pg_catalog;
      ${settings(defaults).replaceAll('CURRENT_TIMESTAMP', 'now()')}
      RESET search_path;
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = demo_clock, public, pg_catalog', current_database()); END $$`);
    const clock = new DemoClock(pool, defaults);
    clock.replaceDate();
    return clock;
  }

  /** Sets both clocks; they run on from there. */
  async set(now: Date): Promise<void> {
    const back_ms = this.original.now() - now.getTime();
    await this.pool.query(`UPDATE demo_clock.clock SET back = $1 * interval '1 millisecond'`, [back_ms]);
    this.back_ms = back_ms;
  }

  async close(): Promise<void> {
    globalThis.Date = this.original;
    await this.pool.query(`
      SET search_path = public, pg_catalog;
      ${settings(this.defaults)}
      RESET search_path;
      DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET search_path', current_database()); END $$;
      DROP SCHEMA demo_clock CASCADE`);
  }

  private replaceDate(): void {
    const now = (): number => this.original.now() - this.back_ms;
    globalThis.Date = new Proxy(this.original, {
      construct: (target, args, type) => Reflect.construct(target, args.length === 0 ? [now()] : args, type) as object,
      get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
    });
  }
}

const settings = (defaults: readonly Default[]): string =>
  defaults.map((d) => `ALTER TABLE ${d.table} ALTER COLUMN ${d.column} SET DEFAULT ${d.expression};`).join('\n');
