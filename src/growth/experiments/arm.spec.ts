import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { armOf } from './arm.js';

const USERS = Array.from({ length: 4_000 }, (_, n) => `user-${n}`);
const key = fc.stringMatching(/^[a-z][a-z0-9-]{3,20}$/);
const named = (weights: number[]) => weights.map((weight, n) => ({ name: `arm-${n}`, weight }));
/** Five standard deviations of a share of the users: a fair rule fails once in 1.7 million times. */
const tolerance = (share: number): number => 5 * Math.sqrt((share * (1 - share)) / USERS.length);

describe('the arm of a user', () => {
  it('follows the weights', () =>
    fc.assert(
      fc.property(
        key,
        fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 5 }),
        (experiment, weights) => {
          const arms = named(weights);
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const counts = Map.groupBy(USERS, (user_id) => armOf(arms, experiment, user_id).name);
          for (const { name, weight } of arms) {
            const share = weight / total;
            const found = (counts.get(name)?.length ?? 0) / USERS.length;
            expect(Math.abs(found - share)).toBeLessThan(tolerance(share));
          }
        },
      ),
      { numRuns: 30 },
    ));

  it('never changes', () =>
    fc.assert(
      fc.property(key, fc.string({ minLength: 1 }), (experiment, user_id) => {
        const arms = named([3, 1, 2]);
        expect(armOf(arms, experiment, user_id)).toBe(armOf([...arms], experiment, user_id));
      }),
    ));

  it('is the same in every release', () => {
    const arms = named([1, 1]);
    expect(USERS.slice(0, 6).map((user_id) => armOf(arms, 'trial-size', user_id).name)).toEqual([
      'arm-1',
      'arm-1',
      'arm-0',
      'arm-1',
      'arm-0',
      'arm-0',
    ]);
  });

  it('says nothing about the arm in another experiment', () =>
    fc.assert(
      fc.property(key, key, (one, other) => {
        fc.pre(one !== other);
        const arms = named([1, 1]);
        const isFirst = (experiment: string, user_id: string) => armOf(arms, experiment, user_id) === arms[0];
        const agreeing = USERS.filter((user_id) => isFirst(one, user_id) === isFirst(other, user_id)).length;
        expect(Math.abs(agreeing / USERS.length - 0.5)).toBeLessThan(tolerance(0.5));
      }),
      { numRuns: 30 },
    ));
});
