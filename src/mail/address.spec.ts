import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAddress } from './address.js';

describe('addresses', () => {
  it('are accepted in all common forms', () => {
    for (const text of [
      'ann@example.com',
      'ann+tollgate@example.co.uk',
      "o'brien@example.com",
      'a.b-c_d@sub.example.com',
      'jürgen@example.com',
      'ann@bücher.example',
      'ann@xn--bcher-kva.example',
    ]) {
      expect(readAddress(text)).toBe(text);
    }
  });

  it('have a domain in lower case', () => {
    expect(readAddress(' Ann@Example.COM ')).toBe('Ann@example.com');
  });

  it('never contain a second address, a header or a name', () => {
    for (const text of [
      'a@example.com, b@example.com',
      'a@example.com;b@example.com',
      'a@example.com\r\nBcc: b@example.com',
      'Ann <ann@example.com>',
      '"a b"@example.com',
      'ann@example.com\u202E',
      'ann@localhost',
      'ann@',
      '@example.com',
      `${'a'.repeat(250)}@example.com`,
      '',
      null,
      ['a@example.com'],
    ]) {
      expect(readAddress(text)).toBeNull();
    }
  });

  it('stay as they are once read', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (text) => {
        const address = readAddress(text);
        if (address !== null) expect(readAddress(address)).toBe(address);
      }),
    );
  });
});
