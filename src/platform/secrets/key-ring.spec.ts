import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KeyRing, UnreadableSecret } from './key-ring.js';

const ringOf = (text: string): KeyRing => KeyRing.parse(text)!;
const OLD = KeyRing.make('2025');
const NEW = KeyRing.make('2026');

describe('a key ring', () => {
  it('gives back what it sealed, whatever it was, and shows none of it', () => {
    const ring = ringOf(NEW);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, owner) => {
        const sealed = ring.seal(secret, owner);
        expect(ring.open(sealed, owner)).toBe(secret);
        expect(sealed).toMatch(/^2026\.[A-Za-z0-9_-]{38,}$/);
        if (secret.length > 5) expect(sealed).not.toContain(secret);
      }),
    );
  });

  it('never seals the same secret the same way twice', () => {
    const ring = ringOf(NEW);
    expect(ring.seal('x', 'ann')).not.toBe(ring.seal('x', 'ann'));
  });

  it('opens nothing for another owner', () => {
    const ring = ringOf(NEW);
    expect(() => ring.open(ring.seal('x', 'ann'), 'bob')).toThrow(UnreadableSecret);
  });

  it('opens nothing that was changed by a single character or cut', () => {
    const ring = ringOf(NEW);
    const sealed = ring.seal('a secret of some length', 'ann');
    fc.assert(
      fc.property(fc.integer({ min: 5, max: sealed.length - 2 }), (at) => {
        const other = sealed[at] === 'A' ? 'B' : 'A';
        expect(() => ring.open(sealed.slice(0, at) + other + sealed.slice(at + 1), 'ann')).toThrow(UnreadableSecret);
        expect(() => ring.open(sealed.slice(0, at), 'ann')).toThrow(UnreadableSecret);
      }),
    );
  });

  it('seals with its first key and reads what older keys sealed', () => {
    const sealed = ringOf(OLD).seal('x', 'ann');
    const both = ringOf(`${NEW}, ${OLD}`);
    expect(both.open(sealed, 'ann')).toBe('x');
    expect(both.seal('x', 'ann')).toMatch(/^2026\./);
    expect(() => ringOf(NEW).open(sealed, 'ann')).toThrow('key 2025 is not in ENCRYPTION_KEYS');
  });

  it('says nothing of what it could not read', () => {
    expect(() => ringOf(NEW).open('sk-or-v1-PLAIN', 'ann')).toThrow('key ? is not in ENCRYPTION_KEYS');
  });

  it('is made of named keys of 32 bytes, each once', () => {
    const key = randomBytes(32).toString('base64');
    const bad = [
      '',
      'a',
      key,
      `a:${key.slice(1)}`,
      `A:${key}`,
      `a:${key},a:${key}`,
      `a:${key}:b`,
      `a:${key},`,
      `:${key}`,
    ];
    for (const text of [...bad, `a:${randomBytes(16).toString('base64')}`]) expect(KeyRing.parse(text)).toBeNull();
    expect(KeyRing.parse(`a:${key}`)?.current_id).toBe('a');
  });
});
