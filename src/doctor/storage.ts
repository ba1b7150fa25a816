import { type Fault, fault, warning } from './finding.js';

/** How the database stands on disk. */
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

/** Fewer are nothing to speak of. */
const DEAD_MIN = 50_000;
const XID_WARNING = 500_000_000;
/** Before 2^31, at which PostgreSQL takes no more writes. */
const XID_ERROR = 1_500_000_000;

/** What grows where nobody looks. */
export function storageFaults({ xid_age, tables }: Storage): Fault[] {
  const faults = tables.filter(isBloated).map(({ name, live_rows, dead_rows }) => {
    const found = `${name} has ${String(dead_rows)} dead rows beside ${String(live_rows)} live ones, and was not vacuumed within a day`;
    return warning(found, `Run VACUUM (ANALYZE) ${name}; look for transactions and replication slots that stay open`);
  });
  if (xid_age < XID_WARNING) return faults;
  const found = `The oldest transaction id is ${String(xid_age)} transactions old; the database stops at 2147483648`;
  const remedy =
    'Run VACUUM (FREEZE) on the whole database; look for transactions and replication slots that stay open';
  return [...faults, xid_age < XID_ERROR ? warning(found, remedy) : fault(found, remedy)];
}

const isBloated = ({ live_rows, dead_rows, is_vacuumed }: TableStorage): boolean =>
  !is_vacuumed && dead_rows >= DEAD_MIN && dead_rows > live_rows;
