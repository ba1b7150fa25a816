import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from './config.js';
import { environment } from './env-file.js';

describe('the file with variables', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'tollgate-env-')), 'some.env');

  it('gives what the environment does not say itself', () => {
    writeFileSync(file, `# a comment\nPORT=8207\nJWT_SECRET="${'s'.repeat(40)}"\nLOG_LEVEL=debug\nPOSTING_LANES=\n`);
    const env = environment({ ENV_FILE: file, LOG_LEVEL: 'error', DATABASE_URL: 'postgresql://u:p@db/x' });
    expect(loadConfig(env)).toMatchObject({ port: 8207, log_level: 'error', posting: { lanes: 2 } });
  });

  it('may be none', () => {
    expect(environment({ ENV_FILE: '/dev/null', PORT: '1' })).toEqual({ ENV_FILE: '/dev/null', PORT: '1' });
  });

  it('is named when it is not there', () => {
    expect(() => environment({ ENV_FILE: `${file}.not` })).toThrow(/cannot be read.*some\.env\.not.*ENV_FILE/);
  });
});
