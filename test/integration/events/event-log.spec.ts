import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { EventFeed } from '../../../src/events/event-feed.js';
import { writeEvents } from '../../../src/events/event-log.js';
import type { NewEvent } from '../../../src/events/event-types.js';
import { OldEventsJob } from '../../../src/events/old-events.job.js';
import type { StoredEvent } from '../../../src/events/stored-event.js';
import { Database } from '../../../src/platform/database/database.js';
import type { TestApp } from '../../support/app.js';
import { cliOn } from '../../support/cli.js';
import { eventually } from '../../support/eventually.js';
import { TestEnv, UNKNOWN_ID } from '../../support/factories.js';

let w: TestEnv;
let other: TestApp;
beforeAll(async () => {
  w = await TestEnv.start();
  other = await w.another();
});
afterAll(() => w.close());
beforeEach(() => w.sql(`DELETE FROM events`));

const databases = (): Database[] => [w.t.app.get(Database), other.app.get(Database)];
const feeds = (): EventFeed[] => [w.t.app.get(EventFeed), other.app.get(EventFeed)];
const someone = (): string => `user-${randomUUID()}`;

/** An event whose service says what it is. */
const event = (user_id: string, service = 'tts'): NewEvent => ({
  user_id,
  type: 'usage.unrated',
  object: {
    id: UNKNOWN_ID,
    service,
    model: 'a-model',
    request_id: 'r-1',
    occurred_at: new Date('2026-11-30T10:00:00Z'),
  },
});
const write = (events: NewEvent[], db = databases()[0]): Promise<void> | undefined =>
  db?.transaction((tx) => writeEvents(tx, events));

interface Row {
  user_id: string;
  sequence: number;
  id: string;
}
const rowsOf = async (...user_ids: string[]): Promise<Row[]> =>
  (await w.sql(`SELECT user_id, sequence, id FROM events WHERE user_id = ANY ($1) ORDER BY user_id, sequence`, [
    user_ids,
  ])) as unknown as Row[];
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** Takes until nothing is left; another worker can be at it. */
async function drain(feed: EventFeed, limit: number, into: StoredEvent[]): Promise<void> {
  const isEmpty = async (): Promise<boolean> =>
    (
      await w.sql(
        `SELECT FROM events WHERE position IS NULL OR position > (SELECT position FROM event_positions WHERE name = 'webhooks')`,
      )
    ).length === 0;
  while (!(await isEmpty())) {
    await feed.take('webhooks', limit, async (tx, events) => {
      await tx.$executeRaw`SELECT 1`;
      into.push(...events);
    });
  }
}

const expectInOrder = (events: StoredEvent[]): void => {
  const bySequence = new Map<string, number>();
  for (const { user_id, sequence } of events) {
    expect(sequence).toBeGreaterThan(bySequence.get(user_id) ?? 0);
    bySequence.set(user_id, sequence);
  }
};

describe('the events of an account', () => {
  it('are numbered without gaps by 50 parallel writers on two instances, some of which fail', async () => {
    const users = [someone(), someone(), someone()];
    const writers = Array.from({ length: 50 }, async (_, n) => {
      const db = databases()[n % 2];
      for (let round = 0; round < 6; round += 1) {
        const about = users.filter((_user, i) => (n + round + i) % 2 === 0);
        const events = about.toReversed().flatMap((user) => [event(user, `s${n}`), event(user, `s${n}`)]);
        const attempt = db?.transaction(async (tx) => {
          await writeEvents(tx, events);
          if ((n + round) % 5 === 0) throw new Error('the work failed');
        });
        // a slow machine can have no connection in time
        await attempt?.catch((error: unknown) => expect(String(error)).toMatch(/the work failed|Unable to start/));
      }
    });
    await Promise.all(writers);
    const rows = await rowsOf(...users);
    expect(rows.length).toBeGreaterThan(500);
    for (const user of users) {
      const own = rows.filter(({ user_id }) => user_id === user);
      expect(own.map(({ sequence }) => sequence)).toEqual(upTo(own.length));
      expect(own.map(({ id }) => id).toSorted()).toEqual(own.map(({ id }) => id));
    }
  });

  it('go on in their numbers when old ones are deleted, and begin again once the account is erased', async () => {
    const user_id = someone();
    await write([event(user_id), event(user_id)]);
    await w.sql(
      `UPDATE events SET id = tollgate_id_at(now() - interval '31 days') WHERE user_id = $1 AND sequence = 1`,
      [user_id],
    );
    await w.t.app.get(OldEventsJob).forget({ signal: new AbortController().signal, log: new Logger('a-test') });
    await write([event(user_id)]);
    expect((await rowsOf(user_id)).map(({ sequence }) => sequence)).toEqual([2, 3]);
    await w.sql(`SELECT tollgate_erase_account($1, $2)`, [user_id, someone()]);
    expect(await rowsOf(user_id)).toEqual([]);
    await write([event(user_id)]);
    expect((await rowsOf(user_id)).map(({ sequence }) => sequence)).toEqual([1]);
  });

  it('only hold what their type documents', async () => {
    const user_id = someone();
    const given = event(user_id);
    await write([{ ...given, object: { ...given.object, secret: 'x' } } as unknown as NewEvent]);
    const { body } = await w.list('events', { user_id });
    expect(body[0]).toMatchObject({ type: 'usage.unrated', sequence: 1, data: { object: { service: 'tts' } } });
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});

describe('the feed', () => {
  it('gives two workers each event once, in order per account, while others write', async () => {
    const users = Array.from({ length: 5 }, someone);
    const got: StoredEvent[][] = [[], []];
    const writing = Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        for (let round = 0; round < 5; round += 1) {
          const user = users[(n + round) % users.length] ?? '';
          await write([event(user)], databases()[n % 2]);
        }
      }),
    );
    await Promise.all([drain(feeds()[0] as EventFeed, 7, got[0] ?? []), writing]);
    await Promise.all(feeds().map((feed, i) => drain(feed, 7, got[i] ?? [])));
    const all = got.flat();
    expect(all.length).toBe(200);
    expect(new Set(all.map(({ id }) => id)).size).toBe(200);
    expectInOrder(got[0] ?? []);
    expectInOrder(all.toSorted((a, b) => a.sequence - b.sequence));
  });

  it('does not skip an event whose transaction is committed late', async () => {
    const [slow, fast] = [someone(), someone()];
    const got: StoredEvent[] = [];
    let commit = (): void => undefined;
    const release = new Promise<void>((resolve) => (commit = resolve));
    let hasWritten = (): void => undefined;
    const written = new Promise<void>((resolve) => (hasWritten = resolve));
    const late = databases()[0]?.transaction(async (tx) => {
      await writeEvents(tx, [event(slow)]);
      hasWritten();
      await release;
    });
    await written;
    await write([event(fast)]);
    const feed = feeds()[1] as EventFeed;
    await drain(feed, 10, got);
    const page = await w.list('events');
    expect(page.body.map(({ user_id }) => user_id)).toEqual([fast]);
    commit();
    await late;
    await drain(feed, 10, got);
    expect(got.map(({ user_id }) => user_id)).toEqual([fast, slow]);
    const next = await w.list('events', { after: page.body[0]?.id as string });
    expect(next.body.map(({ user_id }) => user_id)).toEqual([slow]);
  });

  it('gives the events again when their handling failed', async () => {
    const user_id = someone();
    await write([event(user_id), event(user_id)]);
    const feed = feeds()[0] as EventFeed;
    await expect(
      feed.take('webhooks', 10, async (tx, events) => {
        await writeEvents(
          tx,
          events.map(() => event('nobody')),
        );
        throw new Error('cut off');
      }),
    ).rejects.toThrow('cut off');
    const got: StoredEvent[] = [];
    await drain(feed, 10, got);
    expect(got.map(({ user_id: owner, sequence }) => [owner, sequence])).toEqual([
      [user_id, 1],
      [user_id, 2],
    ]);
  });

  it('serves consumers independently', async () => {
    const user_id = someone();
    await write([event(user_id)]);
    for (const consumer of ['webhooks', 'notifications'] as const) {
      const got: string[] = [];
      // an event is served when every transaction that began before its own has ended
      await eventually(async () => {
        await feeds()[0]!.take(consumer, 100, (_tx, events) => {
          got.push(...events.map((served) => served.user_id));
          return Promise.resolve();
        });
        return got.includes(user_id);
      });
      expect(got.filter((id) => id === user_id)).toEqual([user_id]);
    }
  });
});

describe('GET /events', () => {
  it('serves users their own events, and admins and services all or those of one account', async () => {
    const [ann, bob] = [someone(), someone()];
    await write([event(ann, 'a'), event(bob, 'b'), event(ann, 'c')]);
    const token = await w.as(ann);
    const own = await w.list('events', {}, token);
    expect(own.body.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect((await w.get('events', { user_id: bob }, token)).status).toBe(403);
    expect((await w.list('events', { user_id: bob }, w.service)).body).toHaveLength(1);
    expect((await w.list('events', {}, w.service)).body.map(({ user_id }) => user_id).toSorted()).toEqual(
      [ann, ann, bob].toSorted(),
    );
  });

  it('goes on behind an event, in pages, for one account and for all', async () => {
    const users = [someone(), someone()];
    await write(users.flatMap((user) => [event(user), event(user), event(user)]));
    for (const query of [{}, { user_id: users[0] ?? '' }] as Record<string, string>[]) {
      const seen: unknown[] = [];
      for (let after: Record<string, string> | null = {}; after !== null;) {
        const { body } = await w.list('events', { ...query, ...after, limit: '2' });
        seen.push(...body.map(({ id }) => id));
        const last = body.at(-1);
        after = last ? { after: last.id as string } : null;
      }
      expect(seen.length).toBe('user_id' in query ? 3 : 6);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  it('goes on behind an event that was deleted', async () => {
    const user_id = someone();
    await write([event(user_id), event(user_id)]);
    const [first] = (await w.list('events')).body;
    await w.sql(`DELETE FROM events WHERE id = $1`, [first?.id]);
    const next = { after: first?.id as string };
    expect((await w.list('events', next)).body.map(({ sequence }) => sequence)).toEqual([2]);
    expect((await w.list('events', { ...next, user_id })).body.map(({ sequence }) => sequence)).toEqual([2]);
  });

  it('filters by types and prefixes, and refuses others', async () => {
    const user_id = someone();
    await write([event(user_id), { user_id, type: 'hold.expired', object: HOLD }]);
    const typesOf = async (types: string): Promise<unknown[]> =>
      (await w.list('events', { types, user_id })).body.map(({ type }) => type);
    expect(await typesOf('usage.unrated')).toEqual(['usage.unrated']);
    expect(await typesOf('hold.*,usage.*')).toEqual(['usage.unrated', 'hold.expired']);
    expect(await typesOf('*')).toHaveLength(2);
    expect(await typesOf('hold*'.replace('*', ''))).toEqual([]);
    expect(await w.get('events', { types: '%' })).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(await w.get('events', { after: 'x' })).toMatchObject({ status: 422 });
  });

  it('is what `tollgate events list` prints', async () => {
    const user_id = someone();
    await write([event(user_id)]);
    const run = await cliOn(w.t.database_url)('events', 'list', '--user', user_id, '--json');
    expect(run.code).toBe(0);
    expect(run.json()).toEqual((await w.list('events', { user_id })).body);
  });
});

const HOLD = {
  id: UNKNOWN_ID,
  amount: '1',
  service: 'tts',
  model: null,
  api_key_id: null,
  member_id: null,
  expires_at: new Date(),
  created_at: new Date(),
};
