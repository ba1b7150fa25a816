import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quoted } from './quoted.js';

const visible = (text: string): string => text.replaceAll('\u200B', '');

describe('quoted text', () => {
  it('is unchanged for plain names', () => {
    for (const name of ['Notebook', 'Ann-Sophie Müller', 'SAVE 10%', '12.50', '日本語'])
      expect(quoted(name)).toBe(name);
  });

  it('has no links', () => {
    expect(quoted('visit https://evil.example now')).not.toMatch(/https:\/\/|evil\.example/);
    expect(quoted('me@evil.example')).not.toMatch(/me@evil/);
    expect(visible(quoted('www.evil.example'))).toBe('www.evil.example');
  });

  it('is one line without control characters and text that runs backwards', () => {
    expect(quoted('a\r\nBcc: x@y.z\u202Egpj')).toBe(quoted('a Bcc: x@y.z gpj'));
  });

  it('is at most 100 characters', () => {
    expect([...visible(quoted('😀'.repeat(500)))].length).toBe(100);
  });

  it('never contains a line break', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(quoted(text)).not.toMatch(/[\r\n\u2028\u2029]/);
      }),
    );
  });
});
