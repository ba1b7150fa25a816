import { type Fault, fault, warning } from './finding.js';

/** Storage statistics of the database. */
export interface Storage {
  database_bytes: number;
  /** Age of the oldest transaction id of the database. */
  xid_age: number;
  tables: readonly TableStorage[];
}

export interface TableStorage {
  name: string;
  live_rows: number;
  dead_rows: number;
  /** Whether it was vacuumed within the last day. */
  is_vacuumed: boolean;
}

/** Fewer dead rows do not matter. */
const DEAD_MIN = 50_000;
const XID_WARNING = 500_000_000;
/** Well before 2^31, at which PostgreSQL stops accepting writes. */
const XID_ERROR = 1_500_000_000;

/** Returns faults for bloated tables and old transaction ids. */
export function storageFaults({ xid_age, tables }: Storage): Fault[] {
  const faults = tables.filter(isBloated).map(({ name, live_rows, dead_rows }) => {
    const found = `${name} has ${String(dead_rows)} dead and ${String(live_rows)} live rows, and was not vacuumed within the last day`;
    return warning(found, `Run VACUUM (ANALYZE) ${name}; check for long transactions and unused replication slots`);
  });
  if (xid_age < XID_WARNING) return faults;
  const found = `The oldest transaction id is ${String(xid_age)} transactions old; the database stops at 2147483648`;
  const remedy = 'Run VACUUM (FREEZE) on the whole database; check for long transactions and unused replication slots';
  return [...faults, xid_age < XID_ERROR ? warning(found, remedy) : fault(found, remedy)];
}

const isBloated = ({ live_rows, dead_rows, is_vacuumed }: TableStorage): boolean =>
  !is_vacuumed && dead_rows >= DEAD_MIN && dead_rows > live_rows;
