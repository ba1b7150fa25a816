import { describe, expect, it } from '@jest/globals';
import { fittingWidths, membersTable, tableOf } from './table.js';

const look = (width: number) => ({ width, is_coloured: false });
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe('a table', () => {
  const columns = [
    ['id', 'id'],
    ['amount', 'amount'],
    ['description', 'description'],
    ['created', 'created_at'],
  ] as const;
  const row = {
    id: '0198c0de-0000-7000-8000-000000000000',
    amount: '-0.0025000000',
    description: 'openrouter: a model with a long name that says a lot about itself, and goes on',
    created_at: '2026-11-29T23:30:20.123Z',
  };

  it('fits the terminal: the widest columns are wrapped and nothing is truncated', () => {
    const text = tableOf(columns, [row, { ...row, amount: '10.000000' }], look(100));
    expect(widest(text)).toBeLessThanOrEqual(100);
    expect(text).toContain('2026-11-29 23:30:20Z');
    const description = text.split('\n').map((line) => line.split('│')[3]?.trim() ?? '');
    expect(description.join('')).toContain(row.description.replaceAll(' ', '').slice(0, 10));
    for (const word of row.description.split(/[\s,:]+/)) expect(description.join(' ')).toContain(word.slice(0, 4));
  });

  it('keeps its natural width if requested', () => {
    const text = tableOf(columns, [row], look(Number.POSITIVE_INFINITY));
    expect(text).toContain(row.id);
    expect(text).toContain(row.description);
  });

  it('aligns numbers to the right', () => {
    const text = tableOf(columns, [row, { ...row, amount: '10' }], look(200));
    expect(text).toContain('│      10 │');
  });

  it('shows amounts without trailing zeros', () => {
    const shown = membersTable({ a: '20.000000', b: '0.0025000000', c: '-0.0000000531', d: '1000' }, look(100));
    for (const text of ['│ 20.00 ', '│ 0.0025 ', '│ -0.0000000531 ', '│ 1000 ']) expect(shown).toContain(text);
  });

  it('replaces control characters with question marks, also for a single resource', () => {
    expect(membersTable({ note: 'a\u001b[2Jb' }, look(100))).toContain('a?[2Jb');
  });

  it('shrinks the widest columns first, and never below a readable width', () => {
    expect(fittingWidths([10, 40, 20], [5, 5, 5], 60)).toEqual([10, 20, 20]);
    expect(fittingWidths([10, 40, 20], [5, 36, 5], 60)).toEqual([8, 34, 8]);
    expect(fittingWidths([4, 40, 40], [4, 9, 9], 10)).toEqual([4, 8, 8]);
    expect(fittingWidths([4, 10], [4, 10], 100)).toEqual([4, 10]);
  });
});
