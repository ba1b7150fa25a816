import { getEventListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Deadline } from './deadline.js';

describe('a deadline should', () => {
  it('be aborted when its time is over, as a timeout', async () => {
    const deadline = new Deadline(10);
    await pause(50);
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' });
    deadline.end();
  });

  it('be aborted with another signal, for its reason, also if that was aborted before', () => {
    const other = new AbortController();
    const before = new Deadline(60_000, other.signal);
    other.abort(new Error('stopping'));
    const after = new Deadline(60_000, other.signal);
    for (const deadline of [before, after]) {
      expect(deadline.signal.reason).toMatchObject({ message: 'stopping' });
      deadline.end();
    }
  });

  it('leave nothing behind once it has ended', async () => {
    const other = new AbortController();
    const deadline = new Deadline(10, other.signal);
    expect(getEventListeners(other.signal, 'abort')).toHaveLength(1);
    deadline.end();
    await pause(50);
    expect(getEventListeners(other.signal, 'abort')).toEqual([]);
    expect(deadline.signal.aborted).toBe(false);
  });
});
