import { describe, expect, it } from '@jest/globals';
import { canonicalCode, randomCode } from './coupon-code.js';

describe('a random code', () => {
  it('is UC- and 8 characters that are not mistaken for each other', () => {
    for (let i = 0; i < 1000; i += 1) expect(randomCode()).toMatch(/^UC-[2-9A-HJKMNP-Z]{8}$/);
  });

  it('comes up once in ten thousand, and uses the whole alphabet evenly', () => {
    const codes = Array.from({ length: 10_000 }, () => randomCode(''));
    expect(new Set(codes).size).toBe(codes.length);
    const counts = new Map<string, number>();
    for (const character of codes.join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(31);
    const expected = 80_000 / 31;
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.2);
  });
});

describe('a typed code', () => {
  it('counts in any case and with spaces around it', () => {
    expect(canonicalCode(' uc-7k3mpxq2\n')).toBe('UC-7K3MPXQ2');
  });
});
