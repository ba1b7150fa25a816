import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UNATTRIBUTED } from '../../platform/attribution.js';
import type { NewEvent } from '../../metering/usage-event.js';
import { systemActor } from '../../platform/actor.js';
import { units } from '../../platform/values/amount.js';
import { groupOf } from './group.js';
import type { Posting } from './posting.js';

const actor = { ...systemActor('a-test'), roles: ['service' as const] };
const common = { user_id: 'u', actor, key: undefined };
const holdOf = (id: number, amount: bigint) => ({
  id: `hold-${id}`,
  user_id: 'u',
  service: 'tts',
  model: null,
  metadata: {},
  ...UNATTRIBUTED,
  amount,
});

const order = { service: 'tts', model: null, metadata: {}, ttl_s: 60 };
const sizes = fc.bigInt(1n, 50n);
/** Holds are resolved by their index, so that none occurs twice. */
const postings: fc.Arbitrary<Posting[]> = fc
  .array(fc.tuple(fc.nat(3), sizes, fc.nat(100)), { maxLength: 12 })
  .map((drawn) =>
    drawn.map(([kind, size, share], i): Posting => {
      if (kind === 0) return { ...common, kind: 'deduct', amount: size, details: {} };
      if (kind === 1) return { ...common, ...order, kind: 'hold', amount: size };
      if (kind === 2)
        return { ...common, kind: 'capture', hold: holdOf(i, size), amount: (size * BigInt(share)) / 100n };
      return { ...common, kind: 'release', hold: holdOf(i, size) };
    }),
  );

const eventOf = (request_id: string | null, source = 'api', is_free_tier = false) =>
  ({ user_id: 'u', source, request_id, is_free_tier, ...(is_free_tier && { list_cost: '0.5' }) }) as NewEvent;
const charge = (kind: 'deduct' | 'settle', event?: NewEvent): Posting => {
  return { ...common, kind, amount: 1n, details: {}, event };
};
function callOf([kind, is_free]: [string, boolean]): Posting {
  if (kind === 'hold') return { ...common, ...order, kind, amount: 1n, is_call: true, is_free };
  return kind === 'none' ? charge('deduct') : charge(kind as 'deduct' | 'settle', eventOf(null, 'api', is_free));
}

/** Accepts the postings one by one; returns whether all were accepted, and the spendable credits at the end. */
function oneByOne(given: readonly Posting[], spendable: bigint): { all: boolean; left: bigint } {
  let [left, all] = [spendable, true];
  for (const posting of given) {
    if (posting.kind === 'deduct' || posting.kind === 'hold') {
      if (posting.amount > left) all = false;
      else left -= posting.amount;
    } else if (posting.kind === 'capture') left += posting.hold.amount - posting.amount;
    else if (posting.kind === 'release') left += posting.hold.amount;
  }
  return { all, left };
}

describe('a group of postings', () => {
  it('needs exactly the credits with which each of them fits when its turn comes', () => {
    fc.assert(
      fc.property(postings, fc.bigInt(0n, 300n), (given, spendable) => {
        const group = groupOf('u', given)!;
        const { all, left } = oneByOne(given, spendable);
        expect(spendable >= group.need).toBe(all);
        if (all) expect(spendable - group.charged - group.held).toBe(left);
      }),
    );
  });

  it('needs exactly the calls with which each refusable one fits when its turn comes', () => {
    const calls = fc.array(fc.tuple(fc.constantFrom('deduct', 'settle', 'hold', 'none'), fc.boolean()), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(calls, fc.nat(14), fc.boolean(), (drawn, left, is_free) => {
        const group = groupOf('u', drawn.map(callOf))!.calls[is_free ? 'free' : 'metered'];
        let [counted, all] = [0, true];
        for (const [kind] of drawn.filter((call) => call[0] !== 'none' && call[1] === is_free)) {
          if (kind !== 'settle' && counted >= left) all = false;
          counted += 1;
        }
        expect(group.need === 0 || group.need <= left).toBe(all);
        expect(group.count).toBe(counted);
      }),
    );
  });

  it('adds up the list price of its free work', () => {
    const free = (): Posting => charge('settle', eventOf(null, 'api', true));
    expect(groupOf('u', [free(), charge('deduct', eventOf(null)), free()])!.list_cost).toBe(units('1'));
  });

  it('is null when an event occurs twice', () => {
    const work = (request_id: string | null, source = 'api'): Posting => charge('deduct', eventOf(request_id, source));
    expect(groupOf('u', [work('a'), work('b'), work('a', 'other'), work(null), work(null)])).not.toBeNull();
    expect(groupOf('u', [work('a'), work('a')])).toBeNull();
  });

  it('is null when a key or a hold occurs twice, a capture exceeds its hold, or a hold is extended', () => {
    const deduct = (key: string): Posting => ({
      ...common,
      kind: 'deduct',
      amount: 1n,
      details: {},
      key: { key, request_hash: key },
    });
    const release: Posting = { ...common, kind: 'release', hold: holdOf(1, 5n) };
    expect(groupOf('u', [deduct('a'), deduct('b'), release])).not.toBeNull();
    expect(groupOf('u', [deduct('a'), deduct('a')])).toBeNull();
    expect(groupOf('u', [release, release])).toBeNull();
    expect(groupOf('u', [{ ...release, actor: systemActor('an-admin') }])).toBeNull(); // must be audited
    expect(groupOf('u', [{ ...common, kind: 'capture', hold: holdOf(1, 5n), amount: 6n }])).toBeNull();
    expect(groupOf('u', [{ ...common, kind: 'extend', hold: holdOf(1, 5n), ttl_s: 5 }])).toBeNull();
  });
});
