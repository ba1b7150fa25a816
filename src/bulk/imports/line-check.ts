import { checkEach } from '../../platform/http/bodies/validation.js';
import type { FileLine } from './file-lines.js';
import { CreditLine } from './imports.dto.js';
import type { CheckedLine } from './imports.repository.js';

/** What is known of an account. */
export interface KnownAccount {
  status: string;
  moved_to: string | null;
}

/** Looks accounts up by user id; those that do not exist are left out. */
export type AccountLookup = (user_ids: string[]) => Promise<ReadonlyMap<string, KnownAccount>>;

const USER_ID_MAX = 255;
const ERROR_MAX = 500;

/** Decides for each line of a file whether it can be booked; if not, a sentence says why. */
export async function checkLines(lines: readonly FileLine[], now: Date, lookUp: AccountLookup): Promise<CheckedLine[]> {
  const fields = lines.map(({ given }) => (given instanceof Error ? {} : given));
  const read = await checkEach(CreditLine, fields);
  const accounts = await lookUp([...new Set(read.flatMap((line) => (line instanceof Error ? [] : [line.user_id])))]);
  const firsts = new Map<string, number>();
  return lines.map(({ line, given }, n) => {
    const found = given instanceof Error ? given : (read[n] ?? new Error('The line is empty.'));
    if (found instanceof Error) return invalid(line, fields[n], found.message);
    const { user_id, amount, reason, source = 'bonus', expires_at = null } = found;
    const checked = { line, user_id, amount, reason, source, expires_at };
    const name = JSON.stringify([user_id, amount, reason, source, expires_at]);
    const error = faultOf(found, now, accounts.get(user_id), firsts.get(name));
    if (!firsts.has(name)) firsts.set(name, line);
    return error === null ? { ...checked, state: 'ready', error } : { ...checked, state: 'invalid', error };
  });
}

function faultOf(
  { user_id, expires_at }: CreditLine,
  now: Date,
  account: KnownAccount | undefined,
  first: number | undefined,
): string | null {
  if (!account) return `No account has the user id ${user_id}.`.slice(0, ERROR_MAX);
  if (account.moved_to !== null)
    return `The account was merged into ${account.moved_to}; name that one.`.slice(0, ERROR_MAX);
  if (account.status === 'closed' || account.status === 'erasing') return 'The account is closed.';
  if (expires_at && expires_at <= now) return 'expires_at must be in the future.';
  return first === undefined ? null : `The line repeats line ${first}. If both are meant, give them different reasons.`;
}

/** A line that cannot be read keeps the user id, so that its owner is found. */
function invalid(line: number, fields: Record<string, unknown> | undefined, message: string): CheckedLine {
  const given = fields?.['user_id'];
  const user_id = typeof given === 'string' && given.isWellFormed() ? storable(given) : null;
  const none = { amount: null, reason: null, source: null, expires_at: null };
  return { line, user_id, ...none, state: 'invalid', error: message.slice(0, ERROR_MAX) };
}

const storable = (text: string): string => text.replaceAll('\0', '').slice(0, USER_ID_MAX);
