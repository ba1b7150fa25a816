import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { POST } from './batch.sql.js';
import { CHARGE, LONE } from './lone.sql.js';

const STATEMENTS = {
  batch_charge: CHARGE,
  ...Object.fromEntries(Object.entries({ ...POST, ...LONE }).map(([name, { text }]) => [name, text])),
};

/** Removes what only the assembly of a statement leaves behind: blank lines. */
const textOf = (statement: string): string => `${statement.replace(/\n\s*\n/g, '\n').trim()};\n`;

describe('the statements that run', () => {
  it.each(Object.entries(STATEMENTS))('are the ones in statements/%s.sql', (name, statement) => {
    const file = path.resolve(import.meta.dirname, `statements/${name}.sql`);
    // to repair: UPDATE_STATEMENTS=1 npm test -- batch.sql, and read the difference
    if (process.env['UPDATE_STATEMENTS'] === '1') writeFileSync(file, textOf(statement));
    expect(readFileSync(file, 'utf8')).toBe(textOf(statement));
  });
});
