import { describe, expect, it } from '@jest/globals';
import { systemActor } from '../platform/actor.js';
import type { Group } from './group.js';
import { Lane } from './lane.js';
import type { Outcome, Posting, Result } from './posting.js';

const outcome = (note: string): Outcome => ({ account: note as never, line: null, hold: null, replayed: false });
const deduct = (user_id: string, amount: bigint): Posting => ({
  kind: 'deduct',
  user_id,
  amount,
  details: {},
  actor: systemActor('t'),
  key: undefined,
});
const soon = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A lane whose database refuses the batches of some users, and that writes down what it was asked. */
function laneThat(ways: {
  refusesBatchOf?: string[];
  batchError?: Error;
  lockedError?: (amount: bigint) => Error | null;
  isOutage?: boolean;
}) {
  const asked: string[] = [];
  const lane = new Lane({
    batch: async (groups: Group[]) => {
      asked.push(
        `batch ${groups.map(({ user_id, steps }) => `${user_id}:${steps.map((step) => step.charged).join('+')}`).join(' ')}`,
      );
      await soon();
      if (ways.batchError) throw ways.batchError;
      const accepted = groups.filter(({ user_id }) => !ways.refusesBatchOf?.includes(user_id));
      return new Map(
        accepted.map(({ user_id, steps }) => [user_id, steps.map((step) => outcome(`batch ${step.charged}`))]),
      );
    },
    locked: async (user_id, postings) => {
      const sizes = postings.map((posting) => (posting as { amount: bigint }).amount);
      asked.push(`locked ${user_id}:${sizes.join('+')}`);
      await soon();
      const error = sizes.map((size) => ways.lockedError?.(size)).find(Boolean);
      if (error) throw error;
      return sizes.map((size) => outcome(`locked ${size}`));
    },
    isOutage: () => ways.isOutage ?? false,
    onFault: () => asked.push('fault'),
  });
  const post = (user_id: string, amount: bigint): Promise<Result> =>
    new Promise((resolve, reject) => lane.add({ posting: deduct(user_id, amount), resolve, reject }));
  return { lane, asked, post };
}

const noteOf = (result: Result): unknown => (result as Outcome).account;

describe('a lane', () => {
  it('gathers what arrives while a batch is in flight into the next one', async () => {
    const { asked, post, lane } = laneThat({});
    const first = [post('a', 1n), post('b', 2n)];
    await soon(2);
    const later = [post('a', 3n), post('a', 4n), post('c', 5n)];
    expect((await Promise.all([...first, ...later])).map(noteOf)).toEqual([
      'batch 1',
      'batch 2',
      'batch 3',
      'batch 4',
      'batch 5',
    ]);
    expect(asked).toEqual(['batch a:1 b:2', 'batch a:3+4 c:5']);
    await soon();
    expect(lane.isIdle).toBe(true);
  });

  it('posts a user whose batch does not fit one by one, in the order of arrival, while others go on', async () => {
    const { asked, post } = laneThat({ refusesBatchOf: ['a'] });
    const early = [post('a', 1n), post('a', 2n), post('b', 3n)];
    await soon(7);
    const late = [post('a', 4n), post('b', 5n)];
    expect((await Promise.all([...early, ...late])).map(noteOf)).toEqual([
      'locked 1',
      'locked 2',
      'batch 3',
      'locked 4',
      'batch 5',
    ]);
    expect(asked.filter((call) => call.startsWith('locked'))).toEqual(['locked a:1+2', 'locked a:4']);
    expect(asked.indexOf('locked a:1+2')).toBeLessThan(asked.indexOf('locked a:4'));
  });

  it('lets what arrives during a batch wait for the detour that this batch takes, and forgets none of it', async () => {
    const { asked, post, lane } = laneThat({ refusesBatchOf: ['a'] });
    const posts = [post('a', 1n)];
    await soon(2); // the batch is in flight
    posts.push(post('a', 2n));
    await soon(6); // the detour is in flight
    posts.push(post('a', 3n));
    expect((await Promise.all(posts)).map(noteOf)).toEqual(['locked 1', 'locked 2', 'locked 3']);
    const detours = asked.filter((call) => call.startsWith('locked'));
    expect(detours).toEqual(['locked a:1', 'locked a:2+3']);
    await soon();
    expect(lane.isIdle).toBe(true);
  });

  it('posts everything once and in the order of arrival per user, whatever is refused', async () => {
    const posted = new Map<string, bigint[]>();
    const write = (user_id: string, sizes: bigint[]): void =>
      void posted.set(user_id, [...(posted.get(user_id) ?? []), ...sizes]);
    let n = 0;
    const lane = new Lane({
      batch: async (groups) => {
        await soon((n += 1) % 3);
        const accepted = groups.filter(() => (n += 1) % 3 !== 0);
        for (const { user_id, steps } of accepted)
          write(
            user_id,
            steps.map((step) => step.charged),
          );
        return new Map(accepted.map(({ user_id, steps }) => [user_id, steps.map(() => outcome('batch'))]));
      },
      locked: async (user_id, postings) => {
        await soon((n += 1) % 4);
        write(
          user_id,
          postings.map((posting) => (posting as { amount: bigint }).amount),
        );
        return postings.map(() => outcome('locked'));
      },
      isOutage: () => false,
      onFault: () => undefined,
    });
    const users = ['a', 'b', 'c'];
    const waiting: Promise<Result>[] = [];
    for (let i = 0; i < 300; i += 1) {
      const posting = deduct(users[i % 3] as string, BigInt(i));
      waiting.push(new Promise((resolve, reject) => lane.add({ posting, resolve, reject })));
      if (i % 7 === 0) await soon(i % 3);
    }
    await Promise.all(waiting);
    for (const [i, user_id] of users.entries()) {
      expect(posted.get(user_id)).toEqual(Array.from({ length: 100 }, (_, k) => BigInt(3 * k + i)));
    }
  });

  it('keeps the order of arrival of a user that has more waiting than one batch takes', async () => {
    const posted: bigint[] = [];
    const lane = new Lane({
      batch: async (groups) => {
        await soon();
        return new Map(groups.filter((g) => g.user_id !== 'a').map((g) => [g.user_id, g.steps.map(() => outcome(''))]));
      },
      locked: async (_user_id, postings) => {
        await soon(30);
        posted.push(...postings.map((posting) => (posting as { amount: bigint }).amount));
        return postings.map(() => outcome(''));
      },
      isOutage: () => false,
      onFault: () => undefined,
    });
    const post = (user_id: string, amount: bigint): Promise<Result> =>
      new Promise((resolve, reject) => lane.add({ posting: deduct(user_id, amount), resolve, reject }));
    const posts = [post('a', 1n), ...Array.from({ length: 2_500 }, (_, n) => post('b', BigInt(n))), post('a', 2n)];
    await soon(8); // the detour is in flight, and so is the second batch; the rest waits
    posts.push(post('a', 3n));
    await Promise.all(posts);
    expect(posted).toEqual([1n, 2n, 3n]);
  });

  it('lets one entry that the database can not take fail alone', async () => {
    const { post } = laneThat({
      batchError: Object.assign(new Error('numeric overflow'), { code: '22003' }),
      lockedError: (size) => (size === 2n ? Object.assign(new Error('too large'), { code: '22003' }) : null),
    });
    const results = await Promise.allSettled([post('a', 1n), post('a', 2n), post('a', 3n), post('b', 4n)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('tries a batch again that lost to another process, three times in all', async () => {
    const { asked, post } = laneThat({ batchError: Object.assign(new Error('conflict'), { code: '40001' }) });
    expect(noteOf(await post('a', 1n))).toBe('locked 1');
    expect(asked).toEqual(['batch a:1', 'batch a:1', 'batch a:1', 'fault', 'locked a:1']);
  });

  it('repeats nothing after a fault of its own: the batch may have been posted', async () => {
    const { asked, post } = laneThat({ batchError: new TypeError('a fault after the statement') });
    await expect(post('a', 1n)).rejects.toThrow('a fault after the statement');
    expect(asked).toEqual(['batch a:1', 'fault']);
  });

  it('repeats nothing when the database is away: only the key tells what happened', async () => {
    const { asked, post, lane } = laneThat({ batchError: new Error('connection lost'), isOutage: true });
    const results = await Promise.allSettled([post('a', 1n), post('b', 2n)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toEqual(['batch a:1 b:2']);
    await soon();
    expect(lane.isIdle).toBe(true);
  });
});
