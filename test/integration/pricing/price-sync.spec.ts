import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Jobs } from '../../../src/jobs/jobs.js';
import { PriceListsService } from '../../../src/pricing/lists/price-lists.service.js';
import { PriceSyncJob } from '../../../src/pricing/lists/price-sync.job.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { startApp } from '../../support/app.js';
import { TestEnv } from '../../support/factories.js';
import { eventually } from '../../support/eventually.js';

let openrouter: OpenRouterStandIn;
let w: TestEnv;
beforeEach(async () => {
  openrouter = await OpenRouterStandIn.start();
  w = await TestEnv.start({ env: { OPENROUTER_BASE_URL: openrouter.base_url, PRICE_SYNC: 'on' } });
});
afterEach(async () => {
  await w.close();
  await openrouter.stop();
});

const fromList = async (): Promise<number> =>
  Number((await w.sql("SELECT count(*) FROM model_prices WHERE source = 'openrouter'"))[0]?.count);
const runs = (): Promise<unknown[]> => w.sql("SELECT 1 FROM pgboss.job WHERE name = 'price-sync'");

/** Runs the job and returns its log lines. */
async function runJob(): Promise<{ warnings: string[]; failure: unknown }> {
  const warnings: string[] = [];
  const log = Object.assign(new Logger(), { log: () => undefined, warn: (line: string) => warnings.push(line) });
  const failure: unknown = await w.t.app
    .get(PriceSyncJob)
    .run({ log })
    .then(
      () => null,
      (error: unknown) => error,
    );
  return { warnings, failure };
}

describe('a worker that starts', () => {
  it('imports the list immediately if it has none of its prices, and not again on the same day', async () => {
    expect(await fromList()).toBe(0);
    w.t.app.get(Jobs).start();
    await eventually(async () => (await fromList()) > 0);
    expect(await runs()).toHaveLength(1);
    let isDueAsked = 0;
    const second = await startApp({
      database_url: w.t.database_url,
      env: { OPENROUTER_BASE_URL: openrouter.base_url, PRICE_SYNC: 'on' },
    });
    try {
      const lists = second.app.get(PriceListsService);
      const isStale = lists.isStale.bind(lists);
      lists.isStale = async () => isStale().finally(() => (isDueAsked += 1));
      second.app.get(Jobs).start();
      await eventually(() => isDueAsked > 0);
    } finally {
      await second.close();
    }
    expect(await runs()).toHaveLength(1);
  });
});

describe('the nightly import', () => {
  it('logs held back models, one line per reason', async () => {
    const { warnings, failure } = await runJob();
    expect(failure).toBeNull();
    expect(warnings).toContainEqual(
      expect.stringMatching(/^held back \d+ \(not_a_price\): openrouter\/auto prompt is -1/),
    );
  });

  it('logs the consequences if the list cannot be read', async () => {
    await openrouter.stop();
    const { warnings, failure } = await runJob();
    expect(failure).toMatchObject({ code: 'openrouter_unavailable' });
    expect(warnings).toEqual([expect.stringMatching(/plans that allow models by price class refuse them/)]);
  });
});
