import { describe, expect, it } from '@jest/globals';
import { labelStep, stackedOf, ticksOf } from './scale.ts';
import type { Bucket } from './series.ts';

describe('ticksOf', () => {
  it.each([
    [9.1, [0, 5, 10]],
    [100, [0, 50, 100]],
    [100.01, [0, 50, 100, 150]],
    [0.0004, [0, 0.0001, 0.0002, 0.0003, 0.0004]],
  ])('reaches %p with round values', (max, ticks) => {
    expect(ticksOf(max, 4).map((tick) => Number(tick.toFixed(6)))).toEqual(ticks);
  });

  it('has no step below one for whole numbers, and an axis for nothing', () => {
    expect(ticksOf(2, 4, true)).toEqual([0, 1, 2]);
    expect(ticksOf(0, 4)).toEqual([0, 1]);
  });
});

it('stackedOf puts the parts of a bar on each other, and gives a missing or negative value no height', () => {
  const groups = ['a', 'b'].map((key) => ({ key, label: key }));
  const buckets: Bucket[] = [
    { start: 'monday', values: { a: '1.5', b: '2' } },
    { start: 'tuesday', values: { b: '-3' } },
  ];
  expect(stackedOf({ groups, buckets })).toEqual([
    [
      [0, 1.5],
      [0, 0],
    ],
    [
      [1.5, 3.5],
      [0, 0],
    ],
  ]);
});

it('labelStep leaves out as many labels as are in the way of others', () => {
  expect(labelStep([40, 50], 100, 20)).toBe(1);
  expect(labelStep([40, 50], 30, 20)).toBe(3);
  expect(labelStep([], 30, 20)).toBe(1);
});
