import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Reconciliation } from '../../../src/gateway/reconciliation/reconciliation.js';
import { Jobs } from '../../../src/jobs/jobs.js';
import { Database } from '../../../src/platform/database/database.js';
import { cliOn } from '../../support/cli.js';
import { eventually } from '../../support/eventually.js';
import type { Json } from '../../support/factories.js';
import { GatewayWorld, PLATFORM_KEY } from '../../support/gateway.js';

const JOB = 'openrouter-reconciliation';
const MANAGEMENT_KEY = 'sk-or-v1-management-key-of-the-tests';

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start({ OPENROUTER_MANAGEMENT_KEY: MANAGEMENT_KEY });
  g.w.t.app.get(Jobs).start();
});
afterAll(() => g.close());

const compare = () => g.w.t.app.get(Reconciliation).compare();

/** Runs the job and returns its result. */
async function runJob(): Promise<Json> {
  const done = (): Promise<Json[]> =>
    g.w.sql(`SELECT output FROM pgboss.job WHERE name = $1 AND state = 'completed' ORDER BY completed_on`, [JOB]);
  const before = (await done().catch(() => [])).length;
  await g.w.t.app.get(Database).transaction((tx) => g.w.t.app.get(Jobs).enqueue(tx, JOB, {}));
  const outputs = await eventually(async () => {
    const found = await done();
    return found.length > before && found;
  });
  return outputs.at(-1)!.output as Json;
}

/** Runs the command with the settings of the service, or with others. */
function reconcile(more: NodeJS.ProcessEnv = {}) {
  const env = { OPENROUTER_BASE_URL: g.openrouter.base_url, OPENROUTER_API_KEY: PLATFORM_KEY };
  const keys = { OPENROUTER_MANAGEMENT_KEY: MANAGEMENT_KEY, ...more };
  return cliOn(g.w.pool.options.connectionString!, { ...env, ...keys })('openrouter', 'reconcile', '--json');
}

describe("the platform's OpenRouter account", () => {
  it('is compared after its first daily reading', async () => {
    const user_id = await g.w.user('5');
    await g.chat(user_id);
    expect(await compare()).toMatchObject({ account_since: null, account_note: expect.stringContaining('next daily') });
    expect(await runJob()).toMatchObject({ agrees: true, account_since: null });
    expect(await compare()).toMatchObject({ account_booked: '0.000000', account_provider: '0.000000', agrees: true });

    await g.chat(user_id);
    await (await g.chat(user_id, {}, { stream: true })).text();
    const compared = await compare();
    expect(compared).toMatchObject({ account_since: expect.any(Date), account_note: null, agrees: true });
    expect(Number(compared.account_booked)).toBeGreaterThan(0);
    expect(Number(compared.account_difference)).toBeCloseTo(0, 9);
  });

  it('reports usage beyond the booked costs in the log, in the result of the job and by the exit code', async () => {
    await runJob();
    expect((await reconcile()).code).toBe(0);
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    g.openrouter.keys.set('sk-or-v1-another-key-of-the-account', { usage: 0.25 });
    const cli = await reconcile();
    expect([cli.code, cli.json()]).toMatchObject([1, { difference: '0.000000', account_difference: '0.250000' }]);
    expect(await runJob()).toMatchObject({ agrees: false, account_difference: '0.250000' });
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(/: a difference of 0\.0+; for the account 0\.250000 since \d{4}-/),
    );
    warn.mockRestore();
    expect(await runJob()).toMatchObject({ agrees: true, account_difference: '0.000000' }); // each is shown once
  });

  it('is not compared without a management key, with an explanation', async () => {
    const { code, json } = await reconcile({ OPENROUTER_MANAGEMENT_KEY: '' });
    expect([code, json()]).toMatchObject([0, { account_note: 'OPENROUTER_MANAGEMENT_KEY is not set.' }]);
    const wrong = await reconcile({ OPENROUTER_MANAGEMENT_KEY: PLATFORM_KEY });
    expect([wrong.code === 0, wrong.stderr]).toEqual([
      false,
      expect.stringContaining('OpenRouter refuses OPENROUTER_MANAGEMENT_KEY.'),
    ]);
  });
});
