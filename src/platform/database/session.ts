import type pg from 'pg';
import { DomainError } from '../errors.js';

/** Session settings by name, as PostgreSQL shows them. */
export type SessionSettings = Readonly<Record<string, string>>;

/** Required settings: without them results are wrong, or a cached plan can scan whole tables. */
const NEEDED = ['TimeZone', 'enable_seqscan', 'enable_bitmapscan', 'jit'];

/**
 * A role may have another statement_timeout than the service would set, within these limits: a longer one lets a stuck
 * statement block charges, a shorter one cancels ordinary statements.
 */
const TIMEOUT_MIN_MS = 1_000;
const TIMEOUT_MAX_MS = 300_000;

/**
 * Returns the settings of the service's sessions. adapter-pg reads and writes timestamps without an offset, so any zone
 * other than UTC would shift them. Every query has an index to use: a plan cached while a table was empty must not scan
 * the table later, and batches depend on index order (src/credits/posting/batch.sql.ts).
 */
export const serviceSettings = (statement_timeout_ms: number): SessionSettings => ({
  TimeZone: 'UTC',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
  statement_timeout: `${statement_timeout_ms}ms`,
});

interface Session {
  pid: number;
  role: string;
  database: string;
  found: string[];
}

/**
 * Reads the session settings of a new connection and corrects those that differ. Startup options are not used, because
 * poolers drop or refuse them. Behind a pooler nothing is set, because the next transaction can run in another session;
 * there the role must have the settings.
 * @throws DomainError unavailable `database_unavailable` if there is a pooler and the role lacks settings
 */
async function prepareSession(client: pg.ClientBase, wanted: SessionSettings): Promise<void> {
  const names = Object.keys(wanted);
  const { rows } = await client.query<Session>(
    `SELECT pg_backend_pid() AS pid, current_user AS role, current_database() AS database,
       ARRAY(SELECT current_setting(name) FROM unnest($1::text[]) WITH ORDINALITY AS n (name, i) ORDER BY i) AS found`,
    [names],
  );
  const [session] = rows;
  if (!session) throw new TypeError('a SELECT without FROM returns one row');
  const other = names.filter((name, i) => !isSame(session.found[i] ?? '', wanted[name] ?? ''));
  if (other.length === 0) return;
  const isPooled = (client as { processID?: unknown }).processID !== session.pid;
  if (!isPooled) {
    await client.query('SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s (name, value)', [
      other,
      other.map((name) => wanted[name]),
    ]);
    return;
  }
  const lacking = other.filter(
    (name) => NEEDED.includes(name) || !isUsable(session.found[names.indexOf(name)] ?? '', wanted[name] ?? ''),
  );
  if (lacking.length > 0)
    throw new DomainError('unavailable', 'database_unavailable', refusal(session, wanted, lacking));
}

/** Returns the `onConnect` handler of a pool, which awaits it although pg's types do not say so. */
export const preparing =
  (wanted: SessionSettings): ((client: pg.ClientBase) => unknown) =>
  (client) =>
    prepareSession(client, wanted);

/** Returns the statements that set a role's settings in one database. */
export function roleSettings(role: string, database: string, wanted: SessionSettings): string[] {
  return Object.entries(wanted).map(
    ([name, value]) => `ALTER ROLE ${role} IN DATABASE ${database} SET ${name} TO '${value}'`,
  );
}

function refusal({ role, database, found }: Session, wanted: SessionSettings, lacking: string[]): string {
  const names = Object.keys(wanted);
  const is = lacking.map((name) => `${name} is ${found[names.indexOf(name)]} and should be ${wanted[name]}`).join(', ');
  const needed = Object.fromEntries(lacking.map((name) => [name, wanted[name] ?? '']));
  const mend = roleSettings(quoted(role), quoted(database), needed).join('; ');
  return (
    `Database sessions behind the pooler lack the settings of the service (${is}). ` +
    `Run tollgate schema migrate as this role, or ${mend}; then make the pooler reconnect (RECONNECT).`
  );
}

/** Says whether the timeout of a role is usable. The wanted one always is. */
function isUsable(found: string, wanted: string): boolean {
  const [found_ms, wanted_ms] = [milliseconds(found), milliseconds(wanted)];
  return found_ms >= Math.min(TIMEOUT_MIN_MS, wanted_ms) && found_ms <= Math.max(TIMEOUT_MAX_MS, wanted_ms);
}

/** Compares two values: PostgreSQL shows `15000ms` as `15s`, and has several names for UTC. */
export const isSame = (found: string, wanted: string): boolean =>
  found.replace('Etc/', '') === wanted || milliseconds(found) === milliseconds(wanted);

const UNITS: Record<string, number> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Returns NaN, which equals nothing, if the text is not a duration. */
function milliseconds(text: string): number {
  const [, count, unit = ''] = /^(\d+)(ms|s|min|h|d)$/.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? NaN);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
