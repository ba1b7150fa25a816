import { EXPORTED_TABLES, LEFT_OUT, type Reader } from './exported-tables.js';

/** Tables that nobody who reads an export misses. */
const ELSEWHERE = new Set(['user_credits', 'account_erasures']);

/** What is in an archive, for people. */
export function readmeOf(user_ids: readonly string[], at: Date, reader: Reader): string {
  const [user_id = '', ...earlier] = user_ids;
  const files = EXPORTED_TABLES.map(({ file, what }) => `${file.padEnd(22)}${what}`);
  const left = Object.entries(LEFT_OUT).flatMap(([table, why]) => (ELSEWHERE.has(table) ? [] : [why]));
  return lines(
    `Everything that is known about the account ${user_id}.`,
    ...(earlier.length === 0 ? [] : [`It took over from: ${earlier.join(', ')}. Their rows are here as well.`]),
    `Read on ${at.toISOString()}. Rows that were written while the archive was made may be in one file and not in another.`,
    '',
    `${'account.json'.padEnd(22)}the account as a whole: balance, live grants, open holds, usage of the last 30 days`,
    ...files,
    '',
    'CSV is in UTF-8, with a comma between cells and a header line. Amounts are exact decimals, 1 credit = 1 USD at',
    'list price. Timestamps are in UTC. An apostrophe stands before a text that a spreadsheet would run as a formula.',
    ...(reader === 'admin' ? [] : ['Of what others did to the account audit.csv says what and when.']),
    '',
    'Not here:',
    ...[...new Set(left)].map((why) => `- ${why}`),
    '- keys and other secrets.',
  );
}

const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n`;
