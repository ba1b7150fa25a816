/** Away, restarting, full, or too slow: all of it passes, and money calls are safe to retry with the same key. */
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

/** The SQLSTATE behind an error of pg or Prisma, wherever the layers between keep it. */
export function sqlState(error: unknown): string | undefined {
  for (let e = error, depth = 0; e !== null && typeof e === 'object' && depth < CAUSES_MAX; depth += 1) {
    const { code, originalCode, cause, meta, driverAdapterError } = e as Record<string, unknown>;
    if (typeof originalCode === 'string') return originalCode;
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P[1-9]\d{3}$/.test(code)) return code;
    e = meta ?? driverAdapterError ?? cause;
  }
  return undefined;
}

/** Serialization conflicts and deadlocks; adapter-pg reports some of them without a code. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '40001' || state === '40P01') return true;
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === 'P2034' || message === 'TransactionWriteConflict';
}

/** Whether the database is out of reach or overloaded, so that nobody knows whether a statement took effect. */
export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  return (state !== undefined && UNAVAILABLE_STATES.test(state)) || causes(error).some(isConnectionLoss);
}

/** What a pooler that stands between refuses and PostgreSQL itself would not, as a sentence that says what to do. */
export function poolerFault(error: unknown): string | null {
  const state = sqlState(error);
  const refused = causes(error).find(({ message }) => String(message).includes('unsupported startup parameter'));
  if (state === '08P01' && refused) {
    return `The pooler in front of the database refuses the connection (${String(refused.message)}): let it ignore the parameter (PgBouncer: ignore_startup_parameters), or leave it out of DATABASE_URL.`;
  }
  if (state === '26000' || state === '42P05') {
    return 'The pooler in front of the database loses prepared statements: use PgBouncer 1.21 or newer with max_prepared_statements above 0, or pool_mode=session.';
  }
  return null;
}

/** The error and what it wraps: Prisma's adapters keep the driver's error in `cause` or `meta`. */
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
