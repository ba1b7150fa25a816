import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { available, refuse, refusalError } from './refusal.js';

const state = fc
  .record({
    free: fc.bigInt(0n, 50n),
    held: fc.bigInt(0n, 50n),
    debt: fc.oneof(fc.constant(0n), fc.bigInt(1n, 50n)),
    locked: fc.bigInt(0n, 60n),
  })
  .map(({ free, held, debt, locked }) => {
    const balance = held + (debt > 0n ? 0n : free);
    return { balance, held, debt, capped: locked > balance ? balance : locked };
  });

describe('a refusal', () => {
  it('occurs exactly when the amount cannot be afforded, and names the first cause', () => {
    fc.assert(
      fc.property(state, fc.bigInt(1n, 120n), (account, required) => {
        const refusal = refuse(account, required);
        const { balance, held, debt, capped } = account;
        expect(refusal === null).toBe(debt === 0n && required <= balance - held - capped);
        if (!refusal) return;
        expect(refusal).toMatchObject({ required, available: available(account) });
        if (refusal.code === 'insufficient_credits') expect(debt > 0n || required > balance).toBe(true);
        if (refusal.code === 'credits_on_hold') expect(held > 0n && required <= balance - capped).toBe(true);
        if (refusal.code === 'monthly_cap_exceeded') expect(capped > 0n && required > balance - capped).toBe(true);
      }),
    );
  });

  it('shows amounts without losing a digit', () => {
    const account = { monthly_cap: null, reset_date: new Date(0) };
    const sentence = (required: bigint, free: bigint): string =>
      refusalError({ code: 'insufficient_credits', required, available: free }, account).message;
    expect(sentence(25_000_000_000n, 10_000_000_000n)).toBe('Insufficient credits. Required: 2.50, Available: 1.00');
    expect(sentence(531n, 0n)).toBe('Insufficient credits. Required: 0.0000000531, Available: 0.00');
    expect(sentence(12_340_000_000n, 100_000_000n)).toBe('Insufficient credits. Required: 1.234, Available: 0.01');
  });
});
