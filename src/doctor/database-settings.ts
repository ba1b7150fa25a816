import { isSame } from '../platform/database/session.js';
import { type Fault, fault, warning } from './finding.js';

/** Settings of the database and of the service's session. */
export interface DatabaseSettings {
  server_version_num: number;
  /** Settings by name, as PostgreSQL shows them. */
  settings: Readonly<Record<string, string>>;
  /** The statement_timeout that the service sets on its own sessions, such as `15000ms`. */
  timeout_wanted: string;
  max_connections: number;
  /** Maximum number of connections of this instance. */
  connections_wanted: number;
}

const VERSION_MIN = 150_000;
const DURABLE: Record<string, string> = {
  fsync: 'a crash of its machine can destroy the database',
  full_page_writes: 'a crash of its machine can leave torn pages',
  synchronous_commit: 'confirmed charges can be lost in a crash',
};
const SESSION: Record<string, string> = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  jit: 'off',
};
const ROLE_REMEDY = 'Run: tollgate schema migrate, which sets it on the role, then reconnect';

/** Returns faults for settings that make charges wrong, slow or unsafe. */
export function settingsFaults(database: DatabaseSettings): Fault[] {
  const { server_version_num, settings, timeout_wanted, ...connections } = database;
  const faults: Fault[] = [];
  if (server_version_num < VERSION_MIN) {
    const version = Math.floor(server_version_num / 10_000);
    faults.push(fault(`The database is PostgreSQL ${String(version)}`, 'Upgrade it to version 15 or later'));
  }
  const { TimeZone = '' } = settings;
  if (TimeZone !== 'UTC') faults.push(fault(`The session is in the time zone ${TimeZone}, not UTC`, ROLE_REMEDY));
  for (const [name, wanted] of Object.entries(SESSION)) {
    const found = `${name} is ${settings[name] ?? 'unknown'} in the session: plans may read whole tables`;
    if (settings[name] !== wanted) faults.push(warning(found, ROLE_REMEDY));
  }
  const { statement_timeout = '0' } = settings;
  if (statement_timeout === '0') {
    faults.push(warning('The session has no statement_timeout: a statement can block others forever', ROLE_REMEDY));
  } else if (!isSame(statement_timeout, timeout_wanted)) {
    const found = `The session's statement_timeout is ${statement_timeout}; STATEMENT_TIMEOUT_MS says ${timeout_wanted}`;
    faults.push(warning(found, ROLE_REMEDY));
  }
  for (const [name, danger] of Object.entries(DURABLE)) {
    if (settings[name] === 'off') faults.push(warning(`${name} is off: ${danger}`, `Set ${name} = on`));
  }
  if (settings.autovacuum === 'off') {
    faults.push(warning('autovacuum is off: tables grow without limit', 'Set autovacuum = on'));
  }
  return [...faults, ...connectionFaults(connections)];
}

function connectionFaults({
  max_connections,
  connections_wanted,
}: Pick<DatabaseSettings, 'max_connections' | 'connections_wanted'>): Fault[] {
  if (connections_wanted <= max_connections) return [];
  const found = `One instance opens up to ${String(connections_wanted)} connections; the database allows ${String(max_connections)}`;
  return [warning(found, 'Lower DATABASE_POOL_MAX, or raise max_connections')];
}

const CLOCK_WARNING_MS = 2_000;
const CLOCK_ERROR_MS = 60_000;

/** Returns a fault if the service's clock differs too much from the database's; positive is ahead. */
export function clockFaults(ahead_ms: number): Fault[] {
  const off_ms = Math.abs(ahead_ms);
  if (off_ms < CLOCK_WARNING_MS) return [];
  const found = `The clock of the service is ${(off_ms / 1000).toFixed(1)} s ${ahead_ms > 0 ? 'ahead of' : 'behind'} that of the database`;
  const remedy = 'Synchronise both machines with NTP';
  return [off_ms < CLOCK_ERROR_MS ? warning(found, remedy) : fault(found, remedy)];
}
