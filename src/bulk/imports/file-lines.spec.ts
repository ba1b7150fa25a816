import { describe, expect, it } from '@jest/globals';
import { LINES_MAX, linesOf } from './file-lines.js';

const given = (text: string): unknown[] => linesOf(text).map((line) => line.given);
const refusal = (text: string): string => {
  try {
    linesOf(text);
    return 'accepted';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a file of credits', () => {
  it('is CSV whose first line names the columns, in any order', () => {
    const text = '\uFEFFAmount,user_id,reason,expires_at\r\n10,ann,"June, late",\r\n\r\n2.5,bob,May,2031-01-01\r\n';
    expect(linesOf(text)).toEqual([
      { line: 2, given: { amount: '10', user_id: 'ann', reason: 'June, late' } },
      { line: 4, given: { amount: '2.5', user_id: 'bob', reason: 'May', expires_at: '2031-01-01' } },
    ]);
  });

  it('can have semicolons, as spreadsheets write them', () => {
    expect(given('user_id;amount;reason\nann;1;June')).toEqual([{ user_id: 'ann', amount: '1', reason: 'June' }]);
  });

  it('can be JSON lines', () => {
    const text = '{"user_id":"ann","amount":1}\n\n[]\n{"user_id"\n';
    expect(linesOf(text)).toEqual([
      { line: 1, given: { user_id: 'ann', amount: 1 } },
      { line: 3, given: new Error('The line must be a JSON object.') },
      { line: 4, given: new Error('The line is not valid JSON.') },
    ]);
  });

  it('reports a line with other fields than the header, instead of booking a part of it', () => {
    expect(given('user_id,amount,reason\nann,1,500,June')).toEqual([
      new Error('The line has 4 fields, the header has 3. Text with a comma must be in double quotes.'),
    ]);
  });

  it.each([
    ['', 'lacks the columns user_id, amount, reason'],
    ['user_id,amount\nann,1', 'lacks the columns reason'],
    ['user_id,amount,reason,note\nann,1,June,x', 'not known or repeated (note)'],
    ['user_id,amount,reason,amount\nann,1,June,2', 'not known or repeated (amount)'],
    ['user_id,amount,reason\n', 'has no lines'],
    ['user_id,amount,reason\n"ann,1,June', 'cannot be read as CSV'],
    [`user_id,amount,reason\n${'ann,1,June\n'.repeat(LINES_MAX + 1)}`, `${LINES_MAX} are possible`],
  ])('that is unusable is refused as a whole (%#)', (text, words) => {
    expect(refusal(text)).toContain(words);
  });
});
