import { describe, expect, it } from '@jest/globals';
import { systemActor } from '../../platform/actor.js';
import type { Group } from './group.js';
import { Lane } from './lane.js';
import type { Outcome, Posting, Result } from './posting.js';

const outcome = (note: string): Outcome => ({
  account: note as never,
  line: null,
  hold: null,
  event: null,
  replayed: false,
});
const deduct = (user_id: string, amount: bigint): Posting => ({
  kind: 'deduct',
  user_id,
  amount,
  details: {},
  actor: systemActor('t'),
  key: undefined,
});
const soon = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Waits until everything that does not need the database is done. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A lane whose database refuses the batches of some users, and that writes down what it was asked. With `isHeld` every
 * call waits until `answer()` lets the oldest one go.
 */
function laneThat(ways: {
  refusesBatchOf?: string[];
  batchError?: Error;
  lockedError?: (amount: bigint) => Error | null;
  isOutage?: boolean;
  isHeld?: boolean;
}) {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  const database = (call: string): Promise<void> => {
    asked.push(call);
    return ways.isHeld ? new Promise((resolve) => held.push(resolve)) : turn();
  };
  const answer = async (): Promise<void> => {
    held.shift()?.();
    await turn();
  };
  const lane = new Lane({
    batch: async (groups: Group[]) => {
      await database(
        `batch ${groups.map(({ user_id, steps }) => `${user_id}:${steps.map((step) => step.charged).join('+')}`).join(' ')}`,
      );
      if (ways.batchError) throw ways.batchError;
      const accepted = groups.filter(({ user_id }) => !ways.refusesBatchOf?.includes(user_id));
      return new Map(
        accepted.map(({ user_id, steps }) => [user_id, steps.map((step) => outcome(`batch ${step.charged}`))]),
      );
    },
    locked: async (user_id, postings) => {
      const sizes = postings.map((posting) => (posting as { amount: bigint }).amount);
      await database(`locked ${user_id}:${sizes.join('+')}`);
      const error = sizes.map((size) => ways.lockedError?.(size)).find(Boolean);
      if (error) throw error;
      return sizes.map((size) => outcome(`locked ${size}`));
    },
    isOutage: () => ways.isOutage ?? false,
    onFault: () => asked.push('fault'),
  });
  const post = (user_id: string, amount: bigint): Promise<Result> =>
    new Promise((resolve, reject) => lane.add({ posting: deduct(user_id, amount), resolve, reject }));
  return { lane, asked, post, answer };
}

const noteOf = (result: Result): unknown => (result as Outcome).account;

describe('a lane', () => {
  it('collects postings that arrive while a batch is in flight into the next one', async () => {
    const { asked, post, lane, answer } = laneThat({ isHeld: true });
    const posts = [post('a', 1n), post('b', 2n)];
    await turn();
    posts.push(post('a', 3n), post('a', 4n), post('c', 5n));
    await turn();
    expect(asked).toEqual(['batch a:1 b:2']);
    await answer();
    expect(asked).toEqual(['batch a:1 b:2', 'batch a:3+4 c:5']);
    await answer();
    expect((await Promise.all(posts)).map(noteOf)).toEqual(['batch 1', 'batch 2', 'batch 3', 'batch 4', 'batch 5']);
    expect(lane.isIdle).toBe(true);
  });

  it('posts a user that the batch left out one by one, in order of arrival, while others continue', async () => {
    const { asked, post, answer } = laneThat({ isHeld: true, refusesBatchOf: ['a'] });
    const posts = [post('a', 1n), post('a', 2n), post('b', 3n)];
    await turn();
    await answer();
    posts.push(post('a', 4n), post('b', 5n));
    await turn();
    expect(asked).toEqual(['batch a:1+2 b:3', 'locked a:1+2', 'batch b:5']);
    await answer(); // the detour: what came meanwhile is judged by the batch first
    await answer(); // the batch of b
    expect(asked.slice(3)).toEqual(['batch a:4']);
    await answer();
    expect(asked.slice(4)).toEqual(['locked a:4']);
    await answer();
    expect((await Promise.all(posts)).map(noteOf)).toEqual(['locked 1', 'locked 2', 'batch 3', 'locked 4', 'batch 5']);
  });

  it('makes postings that arrive during a batch wait for the locked path that this batch takes, and loses none', async () => {
    const { asked, post, lane, answer } = laneThat({ isHeld: true, refusesBatchOf: ['a'] });
    const posts = [post('a', 1n)];
    await turn();
    posts.push(post('a', 2n)); // the batch is in flight
    await answer();
    posts.push(post('a', 3n)); // the detour is in flight
    await turn();
    expect(asked).toEqual(['batch a:1', 'locked a:1']);
    await answer();
    expect(asked.slice(2)).toEqual(['batch a:2+3']);
    await answer();
    await answer();
    expect((await Promise.all(posts)).map(noteOf)).toEqual(['locked 1', 'locked 2', 'locked 3']);
    expect(asked.slice(3)).toEqual(['locked a:2+3']);
    expect(lane.isIdle).toBe(true);
  });

  it('posts everything once and in order of arrival per user, regardless of refusals', async () => {
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

  it('keeps the order of arrival of a user with more postings than fit into one batch', async () => {
    const { asked, post, answer } = laneThat({ isHeld: true, refusesBatchOf: ['a'] });
    const posts = [post('a', 1n), ...Array.from({ length: 2_500 }, (_, n) => post('b', BigInt(n))), post('a', 2n)];
    await turn();
    await answer(); // the detour is in flight, and so is the second batch; the rest waits
    posts.push(post('a', 3n));
    for (let n = 0; n < 8; n += 1) await answer();
    await Promise.all(posts);
    const detours = asked.filter((call) => call.startsWith('locked'));
    expect(detours.join(' ').replaceAll('locked a:', '')).toMatch(/^1[ +]2[ +]3$/);
  });

  it('fails only the entry that the database rejects', async () => {
    const { post } = laneThat({
      batchError: Object.assign(new Error('numeric overflow'), { code: '22003' }),
      lockedError: (size) => (size === 2n ? Object.assign(new Error('too large'), { code: '22003' }) : null),
    });
    const results = await Promise.allSettled([post('a', 1n), post('a', 2n), post('a', 3n), post('b', 4n)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('tries a batch that lost a race to another process up to three times', async () => {
    const { asked, post } = laneThat({ batchError: Object.assign(new Error('conflict'), { code: '40001' }) });
    expect(noteOf(await post('a', 1n))).toBe('locked 1');
    expect(asked).toEqual(['batch a:1', 'batch a:1', 'batch a:1', 'fault', 'locked a:1']);
  });

  it('does not retry after an internal error: the batch can have been posted', async () => {
    const { asked, post } = laneThat({ batchError: new TypeError('a fault after the statement') });
    await expect(post('a', 1n)).rejects.toThrow('a fault after the statement');
    expect(asked).toEqual(['batch a:1', 'fault']);
  });

  it('does not retry when the database is unreachable: only the key can tell the outcome', async () => {
    const { asked, post, lane } = laneThat({ batchError: new Error('connection lost'), isOutage: true });
    const results = await Promise.allSettled([post('a', 1n), post('b', 2n)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toEqual(['batch a:1 b:2']);
    await turn();
    expect(lane.isIdle).toBe(true);
  });
});
