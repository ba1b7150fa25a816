import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ExpiringDiscountsJob } from '../../../src/coupons/discounts/expiring-discounts.job.js';
import { ExpiringGrantsJob } from '../../../src/credits/grants/expiring-grants.job.js';
import { UnratedWatchJob } from '../../../src/metering/unrated-watch.job.js';
import type { TestApp } from '../../support/app.js';
import { couponsOf } from '../../support/coupons.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
let apps: TestApp[];
beforeAll(async () => {
  w = await TestEnv.start({ env: { JOBS: 'off' } });
  apps = [w.t, await w.another({ JOBS: 'off' })];
});
afterAll(() => w.close());

const { coupon, redeemed } = couponsOf(() => w);
const run = { signal: new AbortController().signal, log: new Logger('a-test') };
const days = (count: number): Date => new Date(Date.now() + count * 86_400_000);

interface Told {
  object: Json;
}
const told = async (user_id: string, types: string): Promise<Told[]> =>
  (await w.list('events', { user_id, types })).body.map(({ data }) => data as Told);

/** Runs a job on both instances at once, twice. */
async function everywhere(job: (app: TestApp) => Promise<void>): Promise<void> {
  for (let n = 0; n < 2; n += 1) await Promise.all(apps.map(job));
}

describe('credits that expire soon', () => {
  const tell = () => everywhere((app) => app.app.get(ExpiringGrantsJob, { strict: false }).tellAll(run));
  const give = async (user_id: string, credits: string, expires_at: Date, given = days(-30)): Promise<void> => {
    await w.bonus(user_id, credits, { expires_at: expires_at.toISOString() });
    await w.sql(`UPDATE credit_grants SET created_at = $2 WHERE user_id = $1 AND expires_at IS NOT NULL`, [
      user_id,
      given,
    ]);
  };

  it('are told once, from several instances, with what is left of them', async () => {
    const user_id = await w.user('5');
    await give(user_id, '3', days(6));
    await w.deduct(user_id, '6'); // the trial burns first
    await tell();
    expect(await told(user_id, 'credits.expiring')).toMatchObject([
      { object: { source: 'bonus', amount: '3.000000', remaining: '2.000000' } },
    ]);
    await w.verify(user_id);
  });

  it('are not told while there is time, when they are used up, or when they were given for a few days just now', async () => {
    const [early, used, fresh] = [await w.user('5'), await w.user('5'), await w.user('5')];
    await give(early, '3', days(8));
    await give(used, '3', days(6));
    await w.deduct(used, '8');
    await give(fresh, '3', days(3), days(0));
    await tell();
    for (const user_id of [early, used, fresh]) expect(await told(user_id, 'credits.expiring')).toEqual([]);
  });

  it('are told again when they expire at another time', async () => {
    const user_id = await w.user('5');
    await give(user_id, '3', days(6));
    await tell();
    await w.sql(`UPDATE credit_grants SET expires_at = $2 WHERE user_id = $1 AND source = 'bonus'`, [user_id, days(5)]);
    await tell();
    expect(await told(user_id, 'credits.expiring')).toHaveLength(2);
  });

  it('of a plan are not told: they are renewed', async () => {
    const user_id = await w.userOf('starter');
    await w.sql(`UPDATE credit_grants SET expires_at = $2, created_at = $3 WHERE user_id = $1 AND source = 'plan'`, [
      user_id,
      days(2),
      days(-28),
    ]);
    await tell();
    expect(await told(user_id, 'credits.expiring')).toEqual([]);
  });
});

describe('a discount that expires soon', () => {
  it('is told once, unless it was used', async () => {
    const [user_id, other] = [await w.user('5'), await w.user('5')];
    const { code } = await coupon({ coupon_type: 'percentage_discount', value: 20, expires_at: days(5).toISOString() });
    for (const redeemer of [user_id, other]) await redeemed(redeemer, code);
    await w.sql(`UPDATE account_discounts SET created_at = $1`, [days(-20)]);
    await w.sql(`UPDATE account_discounts SET used_at = now(), used_for = 'a-payment' WHERE user_id = $1`, [other]);
    await everywhere((app) => app.app.get(ExpiringDiscountsJob, { strict: false }).tellAll(run));
    expect(await told(user_id, 'coupon.expiring')).toMatchObject([{ object: { code, value: '20.000000' } }]);
    expect(await told(other, 'coupon.expiring')).toEqual([]);
  });
});

describe('work without a price', () => {
  const tell = () => everywhere((app) => app.app.get(UnratedWatchJob, { strict: false }).catchUp(run));
  const track = (user_id: string, model: string) =>
    w.done('credits/usage/track', { user_id, service: 'openrouter', model, input_tokens: 2_000, settle: true });
  /** A transaction elsewhere in the cluster can hold the horizon back. */
  const toldOf = async (user_id: string, count: number): Promise<Told[]> => {
    await eventually(async () => {
      await tell();
      return (await told(user_id, 'usage.unrated')).length >= count;
    });
    return told(user_id, 'usage.unrated');
  };

  it('is told once for each account and model, until it has a price', async () => {
    const [anna, ben, model] = [await w.user('5'), await w.user('5'), `acme/${randomUUID()}`];
    for (const user_id of [anna, anna, ben]) await track(user_id, model);
    expect(await toldOf(anna, 1)).toMatchObject([{ object: { service: 'openrouter', model } }]);
    expect(await toldOf(ben, 1)).toHaveLength(1);
    await track(anna, model);
    await track(anna, `acme/${randomUUID()}`);
    expect(await toldOf(anna, 2)).toHaveLength(2);
    await w.done('pricing/models', { model, input_per_million: '1' });
    await w.done('pricing/rerate', {});
    await w.sql('UPDATE usage_events SET is_rated = false WHERE user_id = $1 AND model <> $2', [anna, model]);
    await w.events(anna, { model });
    await w.sql(
      'UPDATE usage_events SET is_rated = false WHERE id = (SELECT max(id::text)::uuid FROM usage_events WHERE user_id = $1)',
      [anna],
    );
    const events = await toldOf(anna, 3);
    expect(events.map(({ object }) => object.model === model)).toEqual([true, false, true]);
  });
});
