import { describe, expect, it } from '@jest/globals';
import { ConnectionSlots } from './connection-slots.js';

describe('slots', () => {
  it('are granted in the order of the requests', async () => {
    const slots = new ConnectionSlots(2, 60_000);
    const order: string[] = [];
    const ask = async (name: string): Promise<void> => {
      if (await slots.take()) order.push(name);
    };
    await Promise.all([ask('first'), ask('second')]);
    const waiting = [ask('third'), ask('fourth')];
    await new Promise(setImmediate);
    expect(order).toEqual(['first', 'second']);
    slots.free();
    await waiting[0];
    expect(order).toEqual(['first', 'second', 'third']);
    slots.free();
    await waiting[1];
    expect(order).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('are waited for no longer than the limit, and a waiter that gave up takes none', async () => {
    const slots = new ConnectionSlots(1, 5);
    expect([await slots.take(), await slots.take()]).toEqual([true, false]);
    slots.free();
    expect([await slots.take(), await slots.take()]).toEqual([true, false]);
  });
});
