import pg from 'pg';
import { sqlState } from '../database/database-errors.js';
import { roleSettings, type SessionSettings } from '../database/session.js';

const NOT_ALLOWED = '42501';
/** Advisory lock, because altering the same role concurrently fails. */
const ALTERING = 7_401_101;

/**
 * Sets the settings of the role of `url` in this database. Unlike session settings, they work behind every pooler.
 * Returns the statements that an admin must run if the role lacks the permission; empty if everything is set.
 */
export async function settleRole(url: string, wanted: SessionSettings): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ role: string; database: string; has: string[] | null }>(
      `SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database, (
         SELECT s.setconfig FROM pg_db_role_setting s, pg_roles r, pg_database d
         WHERE s.setrole = r.oid AND s.setdatabase = d.oid AND r.rolname = current_user AND d.datname = current_database()
       ) AS has`,
    );
    const { role = '', database = '', has } = rows[0] ?? {};
    const lacking = Object.entries(wanted).filter(([name, value]) => !has?.includes(`${name}=${value}`));
    if (lacking.length === 0) return [];
    const statements = roleSettings(role, database, Object.fromEntries(lacking));
    try {
      await client.query([`SELECT pg_advisory_xact_lock(${ALTERING})`, ...statements].join('; '));
      return [];
    } catch (error) {
      if (sqlState(error) === NOT_ALLOWED) return statements;
      throw error;
    }
  } finally {
    await client.end();
  }
}
