import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { ProcessorWait } from './processor-wait.js';

const BUSY_MS = 400;
const isCounted = existsSync('/proc/self/schedstat');

describe('the wait for a processor should', () => {
  it('be counted while there is more work than processors', async () => {
    const wait = new ProcessorWait();
    expect(wait.lap()).toBeLessThan(BUSY_MS);
    const burn = `const until = Date.now() + ${2 * BUSY_MS}; while (Date.now() < until);`;
    const others = Array.from({ length: 3 * availableParallelism() }, () => new Worker(burn, { eval: true }));
    await Promise.all(others.map((other) => once(other, 'online')));
    const until = Date.now() + BUSY_MS;
    while (Date.now() < until);
    const waited_ms = wait.lap();
    await Promise.all(others.map((other) => other.terminate()));
    // a system that does not count never waits
    expect(waited_ms > 0).toBe(isCounted);
    expect(wait.lap()).toBeLessThan(waited_ms + BUSY_MS);
  });
});
