import { describe, expect, it } from '@jest/globals';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { cliOn, failureOf } from '../support/cli.js';
import { createEmptyDatabase } from '../support/database.js';

describe('the command line', () => {
  describe('mistakes', () => {
    it.each([
      [['credits', 'alocate', 'u'], "unknown command 'alocate' of credits"],
      [['schema', 'chek'], "unknown command 'chek' of schema"],
      [['nonsense'], "unknown command 'nonsense'"],
      [['credits', 'allocate'], "missing required argument 'user'"],
      [['credits', 'show', 'a', 'b'], 'too many arguments'],
      [['credits', 'show', 'a', '--colour'], "unknown option '--colour'"],
    ])('%j is a usage error of one sentence, and needs no configuration', async (argv, words) => {
      const run = await cliOn('not a url')(...argv);
      expect([run.code, run.stdout]).toEqual([2, '']);
      expect(run.stderr).toContain(words);
      expect(run.stderr.trim().split('\n')).toHaveLength(1);
      expect(failureOf(await cliOn('not a url')(...argv, '--json'))).toMatchObject({ code: 'usage', exit_code: 2 });
    });

    it('help is readable everywhere and lists the exit codes', async () => {
      const run = await cliOn('not a url')('credits', 'deduct', '--help');
      expect([run.code, run.stderr]).toEqual([0, '']);
      expect(run.stdout).toMatch(
        /--amount <credits> +Credits to charge \(required\)[^]*--key <text>[^]*Exit codes:[^]* 3 {2}drift/,
      );
      expect((await cliOn('not a url')('credits')).code).toBe(2);
    });

    it('a bad configuration, a database that is away and one without tables differ in the exit code', async () => {
      const bad = await cliOn('not a url')('tiers', 'list');
      expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('DATABASE_URL')]);
      const away = await cliOn(`postgresql://u:p@127.0.0.1:${String(await freePort())}/x`)('tiers', 'list', '--json');
      expect([away.code, failureOf(away).code]).toEqual([6, 'database_unavailable']);
      const empty = await createEmptyDatabase();
      for (const argv of [
        ['tiers', 'list'],
        ['credits', 'show', 'u'],
        ['ledger', 'verify'],
        ['transactions', 'list', 'u'],
      ]) {
        const run = await cliOn(empty.url)(...argv);
        expect([run.code, run.stderr]).toEqual([
          3,
          'tollgate: The database is not the one this release needs. Run: tollgate schema check\n',
        ]);
      }
      await empty.drop();
    });
  });
});
