import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RollupRepository } from '../../../src/metering/rollup.repository.js';
import { MIGRATIONS_DIR } from '../../../src/platform/schema/engine.js';
import { runScript } from '../../../src/platform/schema/run-script.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const WORK = { service: 'openrouter', model: 'acme/a', input_tokens: 10, cache_read_tokens: 20, reasoning_tokens: 3 };
const POOLS = { input_tokens: '30', cache_read_tokens: '20', reasoning_tokens: '3', image_tokens: '0' };

const track = (user_id: string): Promise<Json> => w.done('credits/usage/track', { user_id, cost: '1', ...WORK });
const days = (user_id: string): Promise<Json[]> =>
  w.sql(
    `SELECT input_tokens::text, cache_read_tokens::text, reasoning_tokens::text, image_tokens::text
     FROM usage_daily WHERE user_id = $1`,
    [user_id],
  );
const faults = async (): Promise<unknown> => (await w.t.app.get(RollupRepository).compare('', 10_000))?.faults;

/**
 * Rolls up as release 0.2.0 does: without the pools, and without usage_by_hour. Waits until transactions of other databases let
 * it see all events, and the watermark move.
 */
const olderPass = (is_rebuild = false): Promise<unknown> =>
  eventually(async () => {
    const { rowCount } = await w.pool.query(
      `WITH reach AS MATERIALIZED (
         SELECT ${is_rebuild ? '0' : 'watermark'} AS since, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS next
         FROM usage_rollups WHERE name = 'usage_daily'
           AND pg_snapshot_xmin(pg_current_snapshot())::text::bigint > ALL (SELECT recorded_xid FROM usage_events)
           AND pg_snapshot_xmin(pg_current_snapshot())::text::bigint > watermark
       ), days AS (
         INSERT INTO usage_daily AS r (user_id, day, service, model, event_count, tokens_used, input_tokens,
           output_tokens, provider_cost, platform_markup, total_cost)
         SELECT user_id, (occurred_at AT TIME ZONE 'UTC')::date, service, COALESCE(model, ''), count(*),
           sum(tokens_used), sum(input_tokens + cache_read_tokens), sum(output_tokens + reasoning_tokens),
           sum(provider_cost), sum(platform_markup), sum(total_cost)
         FROM usage_events, reach WHERE recorded_xid >= since AND recorded_xid < next GROUP BY 1, 2, 3, 4
         ON CONFLICT (user_id, day, service, model) DO UPDATE SET event_count = r.event_count + excluded.event_count,
           tokens_used = r.tokens_used + excluded.tokens_used, input_tokens = r.input_tokens + excluded.input_tokens,
           output_tokens = r.output_tokens + excluded.output_tokens,
           provider_cost = r.provider_cost + excluded.provider_cost,
           platform_markup = r.platform_markup + excluded.platform_markup, total_cost = r.total_cost + excluded.total_cost
       )
       UPDATE usage_rollups SET watermark = next, noted_xid = ${is_rebuild ? '0' : 'GREATEST(noted_xid, 1)'} FROM reach
       WHERE name = 'usage_daily'`,
    );
    return rowCount === 1;
  });

describe('usage that an older release rolls up', () => {
  it('has every pool, because the move of the watermark fills them', async () => {
    const user_id = await w.user('10');
    await track(user_id);
    await olderPass();
    expect(await days(user_id)).toEqual([POOLS]);
    await track(user_id);
    await w.rollUp();
    await track(user_id);
    await olderPass();
    expect(await days(user_id)).toEqual([
      { input_tokens: '90', cache_read_tokens: '60', reasoning_tokens: '9', image_tokens: '0' },
    ]);
    expect(await faults()).toEqual([]);
  });

  it('has every pool after a rebuild, too', async () => {
    const user_id = await w.user('10');
    await track(user_id);
    await olderPass();
    await w.sql('DELETE FROM usage_daily');
    await olderPass(true);
    expect(await days(user_id)).toEqual([POOLS]);
    expect(await faults()).toEqual([]);
  });

  it('before the upgrade gets its pools from the migration, however often that runs', async () => {
    const user_id = await w.user('10');
    await track(user_id);
    await olderPass();
    await w.sql('UPDATE usage_daily SET cache_read_tokens = 0, reasoning_tokens = 0');
    const script = await readFile(path.join(MIGRATIONS_DIR, '20261202020100_usage_pools/migration.sql'), 'utf8');
    for (let run = 0; run < 2; run += 1) {
      await runScript(w.pool, script);
      expect(await days(user_id)).toEqual([POOLS]);
      expect(await faults()).toEqual([]);
    }
  });
});
