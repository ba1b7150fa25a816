import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FernetKey, fernetKey, openFernet } from './fernet.js';

// test vector of the specification: https://github.com/fernet/spec/blob/master/verify.json
const SECRET = 'cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=';
const TOKEN = 'gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==';

const KEY = fernetKey(SECRET)!;

function sealFernet({ signing, encryption }: FernetKey, text: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', encryption, iv);
  const body = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(8), iv, cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([body, createHmac('sha256', signing).update(body).digest()]).toString('base64url');
}

describe('Fernet tokens', () => {
  it('are read as specified', () => {
    expect(openFernet(KEY, TOKEN)).toBe('hello');
  });

  it('are read for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(openFernet(KEY, sealFernet(KEY, text))).toBe(text);
      }),
    );
  });

  it('are rejected if changed, truncated or made with another key', () => {
    const token = sealFernet(KEY, 'a text');
    const other = fernetKey(randomBytes(32).toString('base64url'))!;
    expect(openFernet(other, token)).toBeNull();
    for (const bad of [
      '',
      'x',
      token.slice(1),
      token.slice(0, -4),
      `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`,
      `${token}.`,
      `${token}A`,
    ]) {
      expect(openFernet(KEY, bad)).toBeNull();
    }
  });

  it('need a key of 32 bytes', () => {
    for (const bad of ['', 'short', SECRET.slice(4), `${SECRET}\n`, `${SECRET}AAAA`]) expect(fernetKey(bad)).toBeNull();
  });
});
