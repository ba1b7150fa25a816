import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { HourlyRollup } from '../../../src/metering/hourly/hourly-rollup.js';
import { EventPartitionsJob } from '../../../src/metering/partitions/event-partitions.job.js';
import { Rollup } from '../../../src/metering/rollup.js';
import { RollupVerification } from '../../../src/metering/rollup-verification.js';
import { UnratedWatchRepository } from '../../../src/metering/unrated-watch.repository.js';
import { SchemaService } from '../../../src/platform/schema/schema.service.js';
import { eventually } from '../../support/eventually.js';
import { TestEnv } from '../../support/factories.js';

const RUN = { signal: new AbortController().signal, log: new Logger('test') };
const PARTITIONS = `SELECT name FROM tollgate_event_partitions()`;

const partitionsOf = async (w: TestEnv): Promise<string[]> =>
  (await w.sql(PARTITIONS)).map(({ name }) => name as string);
const removePartitions = async (w: TestEnv): Promise<void> => {
  for (const name of await partitionsOf(w)) await w.sql(`DROP TABLE ${name}`);
};
const warnings = async (w: TestEnv): Promise<string[]> =>
  (await w.t.app.get(SchemaService).check()).differences.map(({ severity, message }) => `${severity}: ${message}`);

describe('a month without a partition', () => {
  let w: TestEnv;
  let job: EventPartitionsJob;
  beforeAll(async () => {
    w = await TestEnv.start();
    job = w.t.app.get(EventPartitionsJob);
  });
  afterAll(() => w.close());

  it('is named, and its events are recorded and charged once; they move when the partition is made', async () => {
    expect(await warnings(w)).toEqual([]);
    await removePartitions(w);
    expect(await warnings(w)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^warning: usage_events has no partition for \d{4}-\d\d, so its events go to usage_events_default: /,
        ),
      ]),
    );
    const user_id = await w.user('5');
    const work = { user_id, service: 'tts', cost: '1', charge: true, request_id: 'r' };
    const first = await w.done('credits/usage/track', work);
    const at = async (): Promise<unknown> =>
      (await w.sql(`SELECT tableoid::regclass::text AS name FROM usage_events WHERE user_id = $1`, [user_id]))[0]?.name;
    expect(await at()).toBe('usage_events_default');
    await job.makeAhead(RUN);
    expect(await at()).toMatch(/^usage_events_\d{4}_\d\d$/);
    expect(await warnings(w)).toEqual([]);
    expect(await job.isAhead()).toBe(true);
    expect(await w.done('credits/usage/track', work)).toMatchObject({ id: first.id });
    expect((await w.balance(user_id)).balance).toBe('4.000000');
  });

  it('cannot be recorded without a default partition either, and the service says so', async () => {
    await removePartitions(w);
    await w.sql('DROP TABLE usage_events_default');
    expect(await warnings(w)).toEqual([
      expect.stringMatching(
        /^fault: usage_events has no partition for \d{4}-\d\d and no default one, so no event can be recorded/,
      ),
    ]);
    await job.makeAhead(RUN);
    expect(await warnings(w)).toEqual([]);
  });
});

/** An account with two events in each of the past six months: one of that month, and one of work three months earlier. */
class PastMonths {
  readonly months: string[] = [];

  private constructor(
    readonly w: TestEnv,
    readonly user_id: string,
  ) {}

  static async start(env: NodeJS.ProcessEnv): Promise<PastMonths> {
    const w = await TestEnv.start({ env });
    const past = new PastMonths(w, await w.user('5'));
    await removePartitions(w);
    for (let age = 6; age >= 1; age -= 1) await past.make(age);
    await w.t.app.get(EventPartitionsJob).makeAhead(RUN);
    await past.rollUp();
    return past;
  }

  private async make(age: number): Promise<void> {
    const [month] = await this.w.sql(
      `SELECT to_char(at, 'YYYY_MM') AS name, at::text AS start, tollgate_id_at(at) AS first,
         tollgate_id_at(at + interval '1 month') AS last
       FROM (SELECT date_trunc('month', now()) - $1 * interval '1 month' AS at) AS month`,
      [age],
    );
    const { name, start, first, last } = month as Record<'name' | 'start' | 'first' | 'last', string>;
    this.months.push(`usage_events_${name}`);
    await this.w.sql(
      `CREATE TABLE usage_events_${name} PARTITION OF usage_events FOR VALUES FROM ('${first}') TO ('${last}')`,
    );
    for (const late_months of [0, 3]) {
      await this.w.sql(
        `WITH made AS (
           INSERT INTO usage_events (id, user_id, service, model, request_id, tokens_used, occurred_at, created_at)
           SELECT tollgate_row_id($1, at), $1, 'tts', 'm', $3, 100, at - $4 * interval '1 month', at
           FROM (SELECT $2::timestamptz + interval '9 days' AS at) AS work
           RETURNING *)
         INSERT INTO usage_event_names SELECT user_id, tollgate_event_digest(source, request_id), id FROM made`,
        [this.user_id, start, randomUUID(), late_months],
      );
    }
  }

  /** Rolls up until nothing is left: transactions of other test databases can delay it. */
  rollUp(): Promise<unknown> {
    return eventually(async () => {
      await this.w.t.app.get(Rollup).catchUp(RUN);
      await this.w.t.app.get(HourlyRollup).catchUp(RUN);
      await this.w.t.app.get(UnratedWatchRepository).advance(1000);
      const [left] = await this.w.sql(
        `SELECT count(*)::int AS n FROM usage_events WHERE recorded_xid >=
           LEAST((SELECT min(watermark) FROM usage_rollups), (SELECT min(event_watermark) FROM hourly_rollups))`,
      );
      return left?.n === 0;
    });
  }

  async sums(): Promise<unknown> {
    const [row] = await this.w.sql(
      `SELECT (SELECT jsonb_object_agg(day, event_count) FROM usage_daily WHERE user_id = $1) AS days,
         (SELECT jsonb_object_agg(hour, event_count) FROM usage_hourly WHERE user_id = $1 AND has_usage) AS hours`,
      [this.user_id],
    );
    return row;
  }

  async count(table: string): Promise<unknown> {
    return (await this.w.sql(`SELECT count(*)::int AS n FROM ${table} WHERE user_id = $1`, [this.user_id]))[0]?.n;
  }

  /** Which of the past months are partitions still, oldest first. */
  async left(): Promise<boolean[]> {
    const partitions = await partitionsOf(this.w);
    return this.months.map((month) => partitions.includes(month));
  }
}

const OLDER_HALF_GONE = [false, false, false, true, true, true];

describe('months of events past RETENTION_EVENTS', () => {
  it('are dropped with their names; roll-ups stay as they are, and are verified and rebuilt', async () => {
    const past = await PastMonths.start({ RETENTION_EVENTS: '3' });
    const before = await past.sums();
    expect(await past.count('usage_events')).toBe(12);
    await past.w.t.app.get(EventPartitionsJob).retirePast(RUN);
    expect(await past.left()).toEqual(OLDER_HALF_GONE);
    expect(await past.count('usage_events')).toBe(6);
    expect(await past.count('usage_event_names')).toBe(6);
    expect(await past.sums()).toEqual(before);

    const verification = past.w.t.app.get(RollupVerification);
    expect(await verification.verify()).toMatchObject({ verified: true, faults: [] });
    await verification.rebuild();
    await past.rollUp();
    expect(await past.sums()).toEqual(before);
    expect(await verification.verify()).toMatchObject({ verified: true, faults: [] });
    await past.w.close();
  });

  it('wait for the roll-up, and remain as tables of their own if RETIRED_EVENTS=detach', async () => {
    const past = await PastMonths.start({ RETENTION_EVENTS: '3', RETIRED_EVENTS: 'detach' });
    const job = past.w.t.app.get(EventPartitionsJob);
    const [progress] = await past.w.sql('SELECT event_watermark FROM hourly_rollups');
    await past.w.sql('UPDATE hourly_rollups SET event_watermark = 0');
    await job.retirePast(RUN);
    expect(await past.left()).toEqual(Array(6).fill(true));
    await past.w.sql('UPDATE hourly_rollups SET event_watermark = $1', [progress?.event_watermark]);
    await job.retirePast(RUN);
    expect(await past.left()).toEqual(OLDER_HALF_GONE);
    expect(await past.count(past.months[0] ?? '')).toBe(2);
    expect(await past.count('usage_events')).toBe(6);
    await past.w.close();
  });

  it('are kept by default, and the present month can not be retired', async () => {
    const past = await PastMonths.start({});
    await past.w.t.app.get(EventPartitionsJob).retirePast(RUN);
    expect(await past.left()).toEqual(Array(6).fill(true));
    const present = (await partitionsOf(past.w)).at(6) ?? '';
    const retire = past.w.sql('SELECT tollgate_retire_event_partition($1, true)', [present]);
    await expect(retire).rejects.toThrow(`${present} is no past partition of usage_events`);
    await past.w.close();
  });
});
