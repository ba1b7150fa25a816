/**
 * Transient failures: unreachable, restarting, out of resources or too slow. Retrying with the same idempotency key is
 * safe.
 */
const UNAVAILABLE_STATES = /^(08...|57P0[1-5]|57014|53...|55P03|25006)$/;
const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
]);
const UNAVAILABLE_WORDS =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout|Cannot use a pool after calling end|not currently accepting connections/;
const CAUSES_MAX = 6;

/** Returns the SQLSTATE of an error from pg or Prisma, at whichever level it is nested. */
export function sqlState(error: unknown): string | undefined {
  for (let e = error, depth = 0; e !== null && typeof e === 'object' && depth < CAUSES_MAX; depth += 1) {
    const { code, originalCode, cause, meta, driverAdapterError } = e as Record<string, unknown>;
    if (typeof originalCode === 'string') return originalCode;
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P[1-9]\d{3}$/.test(code)) return code;
    e = meta ?? driverAdapterError ?? cause;
  }
  return undefined;
}

/**
 * Returns whether an error is a serialization conflict or a deadlock. adapter-pg reports some of them without a code.
 */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '40001' || state === '40P01') return true;
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'P2034' || message === 'TransactionWriteConflict';
}

/**
 * Returns whether a prepared statement was refused, before it ran, because the columns of its result have changed since:
 * a newer release has added one.
 */
export function isStalePlan(error: unknown): boolean {
  const { code, routine } = error as { code?: unknown; routine?: unknown };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}

/** Returns whether the database is unreachable or overloaded, so that it is unknown whether a statement took effect. */
export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  return (state !== undefined && UNAVAILABLE_STATES.test(state)) || causes(error).some(isConnectionLoss);
}

/** Returns what to do about an error that comes from a pooler and not from PostgreSQL; null for other errors. */
export function poolerFault(error: unknown): string | null {
  const state = sqlState(error);
  const refused = causes(error).find(({ message }) => String(message).includes('unsupported startup parameter'));
  if (state === '08P01' && refused) {
    return `The pooler in front of the database refuses the connection (${String(refused.message)}): configure it to ignore the parameter (PgBouncer: ignore_startup_parameters), or remove the parameter from DATABASE_URL.`;
  }
  if (state === '26000' || state === '42P05') {
    return 'The pooler in front of the database loses prepared statements: use PgBouncer 1.21 or newer with max_prepared_statements above 0, or pool_mode=session.';
  }
  return null;
}

/** Returns the error and the errors it wraps; Prisma's adapters put the driver's error into `cause` or `meta`. */
function causes(error: unknown): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  const queue = [error];
  while (queue.length > 0 && found.length < CAUSES_MAX) {
    const next = queue.shift();
    if (next === null || typeof next !== 'object') continue;
    const fields = next as Record<string, unknown>;
    found.push(fields);
    queue.push(
      fields.cause,
      fields.meta,
      fields.driverAdapterError,
      ...(next instanceof AggregateError ? (next.errors as unknown[]) : []),
    );
  }
  return found;
}

function isConnectionLoss({ code, originalCode, message, kind }: Record<string, unknown>): boolean {
  if (typeof code === 'string' && UNAVAILABLE_CODES.has(code)) return true;
  if (typeof originalCode === 'string' && UNAVAILABLE_STATES.test(originalCode)) return true;
  if (kind === 'DatabaseNotReachable' || kind === 'ConnectionClosed' || kind === 'TooManyConnections') return true;
  return typeof message === 'string' && UNAVAILABLE_WORDS.test(message);
}
