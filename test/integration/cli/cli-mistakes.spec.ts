import { describe, expect, it } from '@jest/globals';
import { freePort } from '../../../src/platform/embedded/cluster.js';
import { cliOn, failureOf } from '../../support/cli.js';
import { createEmptyDatabase } from '../../support/database.js';

describe('the command line', () => {
  describe('mistakes', () => {
    it.each([
      [['credits', 'alocate', 'u'], "unknown command 'alocate' of credits (Did you mean allocate?)"],
      [['schema', 'chek'], "unknown command 'chek' of schema"],
      [['nonsense'], "unknown command 'nonsense'"],
      [['credits', 'allocate'], "missing required argument 'user'"],
      [['credits', 'show', 'a', 'b'], 'too many arguments'],
      [['credits', 'show', 'a', '--colour'], "unknown option '--colour'"],
      [['credits', 'show', 'a', '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
      [['credit', 'show', 'a'], "unknown command 'credit' (Did you mean credits?)"],
    ])('%j is a usage error in one sentence, and needs no configuration', async (argv, words) => {
      const run = await cliOn('not a url')(...argv);
      expect([run.code, run.stdout]).toEqual([2, '']);
      expect(run.stderr).toContain(words);
      expect(run.stderr.trim().split('\n')).toHaveLength(1);
      expect(failureOf(await cliOn('not a url')(...argv, '--json'))).toMatchObject({ code: 'usage', exit_code: 2 });
    });

    it.each([
      [['credits', 'allocate', 'u'], '--amount is required'],
      [['credits', 'allocate', 'u', '--amount', 'x', '--source', 'bonus'], '--amount must be a plain decimal'],
      [['credits', 'deduct', 'u', '--amount', '1', '--service', 's', '--metadata', '{a}'], '--metadata must be JSON'],
      [['coupons', 'create', '--type', 'gift', '--value', '1'], '--type must be one of'],
      [['prices', 'set', 'm', '--input', 'dear'], '--input must be'],
      [['transactions', 'list', 'u', '--from', 'soon'], '--from must be'],
    ])('%j is reported with the names of its options', async (argv, words) => {
      const run = await cliOn('postgresql://u:p@127.0.0.1:1/x')(...argv);
      expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(`tollgate: ${words}`)]);
      const { errors } = failureOf(await cliOn('postgresql://u:p@127.0.0.1:1/x')(...argv, '--json'));
      expect(errors?.[0]).toMatchObject({
        option: expect.stringMatching(/^--/),
        field: expect.not.stringMatching(/^--/),
      });
    });

    it('every command shows an example', async () => {
      const help = async (...argv: string[]) => (await cliOn('not a url')(...argv, '--help')).stdout;
      expect(await help('credits', 'deduct')).toContain(
        './tollgate credits deduct user-42 --amount 0.250000 --service openrouter',
      );
      expect(await help('tiers', 'list')).toContain('Example:\n  ./tollgate tiers list\n');
      expect(await help('accounts', 'move')).toContain('./tollgate accounts move user-42 user-43');
    });

    it('help works for every command and lists the exit codes', async () => {
      const run = await cliOn('not a url')('credits', 'deduct', '--help');
      expect([run.code, run.stderr]).toEqual([0, '']);
      expect(run.stdout).toMatch(
        /--amount <decimal> +Credits to charge \(required\)[^]*--key <text>[^]*Exit codes:[^]* 3 {2}drift/,
      );
      expect((await cliOn('not a url')('credits')).code).toBe(2);
    });

    it('an invalid configuration, an unreachable database and one without tables have different exit codes', async () => {
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
          'tollgate: The database schema does not match this release. Run: tollgate schema check\n',
        ]);
      }
      await empty.drop();
    });
  });
});
