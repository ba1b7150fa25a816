import { describe, expect, it } from '@jest/globals';
import { ReadBudget } from './read-budget.js';

const WAIT_MAX_MS = 40;

/** A read that ends when the spec ends it. */
function read(): { work: () => Promise<void>; end: () => void; isRunning: () => boolean } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let started = false;
  return {
    work: () => {
      started = true;
      return ended;
    },
    end,
    isRunning: () => started,
  };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the budget of reads', () => {
  it('runs a few at once, and serves those who wait in turn', async () => {
    const budget = new ReadBudget({ concurrency: 1, waiting_max: 10, waiting_of_one_max: 5, wait_max_ms: WAIT_MAX_MS });
    const reads = Array.from({ length: 5 }, read);
    const readers = ['greedy', 'greedy', 'greedy', 'modest', 'greedy'];
    const all = reads.map(({ work }, i) => budget.run(readers[i]!, work));
    const running = (): number[] => reads.flatMap(({ isRunning }, i) => (isRunning() ? [i] : []));
    const order: number[][] = [];
    for (const next of [0, 1, 3, 2, 4]) {
      await settled();
      order.push(running());
      reads[next]!.end();
    }
    await Promise.all(all);
    expect(order).toEqual([[0], [0, 1], [0, 1, 3], [0, 1, 2, 3], [0, 1, 2, 3, 4]]);
  });

  it('refuses what would wait too long, and recovers', async () => {
    const budget = new ReadBudget({ concurrency: 1, waiting_max: 3, waiting_of_one_max: 2, wait_max_ms: WAIT_MAX_MS });
    const reads = Array.from({ length: 4 }, read);
    const all = reads.map(({ work }, i) => budget.run(i < 3 ? 'ann' : 'bob', work));
    await expect(budget.run('ann', read().work)).rejects.toMatchObject({ code: 'overloaded', kind: 'unavailable' });
    await expect(budget.run('eve', read().work)).rejects.toMatchObject({ code: 'overloaded' });
    for (const { end } of reads) end();
    await Promise.all(all);
    await expect(budget.run('eve', () => Promise.resolve('served'))).resolves.toBe('served');
  });

  it('gives the place of a failed read to the next', async () => {
    const budget = new ReadBudget({ concurrency: 1, waiting_max: 3, waiting_of_one_max: 2, wait_max_ms: WAIT_MAX_MS });
    const failed = budget.run('ann', () => Promise.reject(new Error('lost')));
    const next = budget.run('bob', () => Promise.resolve('served'));
    await expect(failed).rejects.toThrow('lost');
    await expect(next).resolves.toBe('served');
  });

  it('refuses a read whose turn does not come in time, and serves the others in their order', async () => {
    const budget = new ReadBudget({ concurrency: 1, waiting_max: 2, waiting_of_one_max: 2, wait_max_ms: WAIT_MAX_MS });
    const long = read();
    const running = budget.run('ann', long.work);
    const late = budget.run('bob', () => Promise.resolve('served'));
    const patient = budget.run('bob', () => Promise.resolve('served'), { is_patient: true });
    await expect(late).rejects.toMatchObject({ code: 'overloaded', extra: { retry_after_s: 2 } });
    expect(budget.length).toBe(1);
    const next = budget.run('eve', () => Promise.resolve('served'));
    long.end();
    await expect(Promise.all([running, patient, next])).resolves.toEqual([undefined, 'served', 'served']);
    expect(budget.length).toBe(0);
  });
});
