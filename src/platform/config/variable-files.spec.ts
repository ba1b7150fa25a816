import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.js';

describe('a variable in a file', () => {
  let dir: string;
  const file = (name: string, text: string): string => {
    const written = path.join(dir, name);
    writeFileSync(written, text);
    return written;
  };
  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'tollgate-files-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('counts like the variable itself, without the line break at its end', () => {
    const ring = `a:${Buffer.alloc(32).toString('base64')}`;
    const config = loadConfig({
      DATABASE_URL_FILE: file('url', 'postgresql://u:p@db:5432/tollgate\n'),
      JWT_SECRET_FILE: file('secret', `${'s'.repeat(32)}\r\n`),
      ENCRYPTION_KEYS_FILE: file('keys', ring),
      STRIPE_SECRET_KEY_FILE: file('stripe', 'sk_test_1\n'),
      STRIPE_WEBHOOK_SECRET_FILE: file('hook', 'whsec_1,whsec_2'),
      PAYMENT_SUCCESS_URL: 'https://app.example.com/paid',
      PAYMENT_CANCEL_URL: 'https://app.example.com/back',
    });
    expect(config.database.url).toBe('postgresql://u:p@db:5432/tollgate');
    expect(config.auth.secret).toBe('s'.repeat(32));
    expect(config.encryption).toEqual({ keys: ring, is_self_made: false });
    expect(config.payments.stripe).toMatchObject({ secret_key: 'sk_test_1', webhook_secrets: ['whsec_1', 'whsec_2'] });
  });

  it('is refused by name, without its value, when it can not be read, is empty, or stands beside the variable', () => {
    const refused = (): unknown =>
      loadConfig({
        DATABASE_URL_FILE: path.join(dir, 'absent'),
        JWT_SECRET: 'a secret that nobody may see, of enough length',
        JWT_SECRET_FILE: file('other', 'another secret that nobody may see'),
        ENCRYPTION_KEYS_FILE: file('empty', '\n'),
        METRICS_TOKEN_FILE: file('short', 'too short'),
      });
    expect(refused).toThrow(
      [
        'The configuration is invalid:',
        '  DATABASE_URL_FILE must be the path of a readable, non-empty file',
        '  JWT_SECRET and JWT_SECRET_FILE must not both be set',
        '  ENCRYPTION_KEYS_FILE must be the path of a readable, non-empty file',
        '  METRICS_TOKEN must be a secret of at least 32 characters',
      ].join('\n'),
    );
  });
});
