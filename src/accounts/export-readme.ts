import { EXPORTED_TABLES, type Reader } from './exported-tables.js';
import { LEFT_OUT } from './left-out-tables.js';

/** Omitted tables that the README does not mention. */
const ELSEWHERE = new Set(['user_credits', 'account_erasures']);

const NAME_WIDTH = Math.max(...EXPORTED_TABLES.map(({ file }) => file.length)) + 2;

/** Returns the README.txt of an archive. */
export function readmeOf(user_ids: readonly string[], at: Date, reader: Reader): string {
  const [user_id = '', ...earlier] = user_ids;
  const files = EXPORTED_TABLES.map(({ file, what }) => `${file.padEnd(NAME_WIDTH)}${what}`);
  const left = Object.entries(LEFT_OUT).flatMap(([table, why]) => (ELSEWHERE.has(table) ? [] : [why]));
  return lines(
    `All data stored about the account ${user_id}.`,
    ...(earlier.length === 0 ? [] : [`Accounts merged into it: ${earlier.join(', ')}. Their rows are included.`]),
    `Created at ${at.toISOString()}. Rows written while the archive was created can be in one file and missing in another.`,
    '',
    `${'account.json'.padEnd(NAME_WIDTH)}the whole account: balance, live grants, open holds, usage of the last 30 days`,
    ...files,
    '',
    'CSV files are in UTF-8, comma-separated, with a header line. Amounts are exact decimals; 1 credit = 1 USD at',
    'list price. Timestamps are in UTC. Text that a spreadsheet would run as a formula starts with an apostrophe.',
    ...(reader === 'admin' ? [] : ['For actions of other people, audit.csv contains only what they did and when.']),
    '',
    'Not included:',
    ...[...new Set(left)].map((why) => `- ${why}`),
    '- keys and other secrets.',
  );
}

const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n`;
