import { sqlState } from '../database/database-errors.js';
import { DomainError, type ErrorKind } from '../errors.js';
import { problemOf } from '../http/problems/problem.js';

/** Exit codes of commands. `--help` prints them. */
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

/** The same as help text. */
export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  something unexpected went wrong, or doctor or import found that something is wrong
  2  the command line or one of its values is invalid
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

/** An error as a command reports it. */
export interface Failure {
  exit_code: ExitCode;
  code: string;
  /** Human-readable message. */
  detail: string;
  /** Extra fields, as in HTTP. */
  extra: Record<string, unknown>;
}

const MISSING_OBJECT = new Set(['42P01', '42703', '42883', '42704', 'P2021', 'P2022']);

/** Converts anything that can be thrown to a message and an exit code. */
export function failureOf(error: unknown): Failure {
  if (error instanceof DomainError) {
    return { exit_code: EXIT_OF[error.kind], code: error.code, detail: error.message, extra: error.extra };
  }
  if (isUsage(error)) {
    const detail = error.message.replace(/^error: |\.$/g, '').replace(/\s+/g, ' ');
    return { exit_code: EXIT.usage, code: 'usage', detail: `${detail}. See --help.`, extra: {} };
  }
  if (lacksObject(error)) {
    const detail = 'The database schema does not match this release. Run: tollgate schema check';
    return { exit_code: EXIT.drift, code: 'schema_differs', detail, extra: {} };
  }
  const { status, code, detail, extra } = problemOf(error);
  if (status === 503) return { exit_code: EXIT.unavailable, code, detail, extra };
  if (status < 500) return { exit_code: EXIT.usage, code, detail, extra };
  const message = error instanceof Error ? error.message : String(error);
  return { exit_code: EXIT.unexpected, code: 'unexpected', detail: message, extra: {} };
}

/** Returns whether it is an error of commander about the command line; help and version are not failures. */
function isUsage(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

function lacksObject(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return MISSING_OBJECT.has(sqlState(error) ?? '') || (typeof code === 'string' && MISSING_OBJECT.has(code));
}
