import { sqlState } from '../database-errors.js';
import { DomainError, type ErrorKind } from '../errors.js';
import { problemOf } from '../http/problem.js';

/** What a command's exit code says. The one place that knows; `--help` prints it. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  drift: 3,
  refused: 4,
  not_found: 5,
  unavailable: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The same for people. */
export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  something unexpected went wrong, or doctor or import found that something is wrong
  2  the command line or a value on it is not usable
  3  drift: the schema differs, or the ledger does not verify
  4  refused (HTTP would say 401, 402, 403, 409 or 429)
  5  not found
  6  the service or its database is not available

Every command takes --json: the answer as the HTTP API gives it, errors as one JSON object on stderr.`;

const EXIT_OF: Record<ErrorKind, ExitCode> = {
  malformed: EXIT.usage,
  invalid: EXIT.usage,
  too_large: EXIT.usage,
  unsupported_media_type: EXIT.usage,
  unauthenticated: EXIT.refused,
  payment_required: EXIT.refused,
  forbidden: EXIT.refused,
  conflict: EXIT.refused,
  rate_limited: EXIT.refused,
  method_not_allowed: EXIT.usage,
  not_found: EXIT.not_found,
  unavailable: EXIT.unavailable,
};

/** An error as a command tells it. */
export interface Failure {
  exit_code: ExitCode;
  code: string;
  /** A sentence for people. */
  detail: string;
  /** Particulars, as HTTP gives them. */
  extra: Record<string, unknown>;
}

const MISSING_OBJECT = new Set(['42P01', '42703', '42883', '42704', 'P2021', 'P2022']);

/** Finds the words and the exit code for anything that can be thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof DomainError) {
    return { exit_code: EXIT_OF[error.kind], code: error.code, detail: error.message, extra: error.extra };
  }
  if (isUsage(error)) {
    const detail = error.message.replace(/^error: |\.$/g, '').replace(/\s+/g, ' ');
    return { exit_code: EXIT.usage, code: 'usage', detail: `${detail}. Add --help to see how.`, extra: {} };
  }
  if (lacksObject(error)) {
    const detail = 'The database is not the one this release needs. Run: tollgate schema check';
    return { exit_code: EXIT.drift, code: 'schema_differs', detail, extra: {} };
  }
  const { status, code, detail, extra } = problemOf(error);
  if (status === 503) return { exit_code: EXIT.unavailable, code, detail, extra };
  if (status < 500) return { exit_code: EXIT.usage, code, detail, extra };
  const message = error instanceof Error ? error.message : String(error);
  return { exit_code: EXIT.unexpected, code: 'unexpected', detail: message, extra: {} };
}

/** What commander says about a command line; its help and version are no failures. */
function isUsage(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

function lacksObject(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return MISSING_OBJECT.has(sqlState(error) ?? '') || (typeof code === 'string' && MISSING_OBJECT.has(code));
}
