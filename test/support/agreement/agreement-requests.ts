import { amount } from '../../../src/platform/values/amount.js';
import { UNKNOWN_ID } from '../factories.js';
import { TAG } from './agreement-budgets.js';
import { CALL } from '../model/budgets.js';
import { type Call, isDone, type Json, type Order } from './agreement-history.js';

export const CREDIT = 10_000_000_000;
/** The account that most requests are about. */
export const HOT = 'hot';
export const OTHERS = Array.from({ length: 6 }, (_, i) => `user-${i}`);
/** A free model, and units that a character of the model costs that it is a variant of. */
export const FREE_MODEL = 'agreement/model:free';
export const CHARACTER = 1_000_000;
const CALLS_PER_NEW_USER = 120;
const KEYS_KEPT = 10;
const HOLDS_KEPT = 25;
const SOURCES = ['bonus', 'plan', 'purchase', 'plan', 'coupon', 'plan', 'adjustment', 'referral'];

/** Known ids of an account, so that requests name existing things. */
interface Knowledge {
  keyed: Order[];
  holds: { id: string; size: number }[];
  charges: { id: string; size: number }[];
}

/** Random requests of all kinds. They name holds and charges that earlier responses created, and sometimes reuse a key. */
export class RandomRequests {
  private readonly known = new Map<string, Knowledge>();
  /** The budgets that can be raised. */
  private readonly budgets: { id: string; user_id: string; unit: string }[] = [];
  private readonly expiries = new Set<string>();
  private keys = 0;

  constructor(
    private readonly random: (sides: number) => number,
    private readonly hasFreeCalls: boolean,
  ) {}

  /**
   * Returns the next request.
   * @param progress share of the run that is done, from 0 to 1
   * @param sent calls so far: from time to time, a new user appears
   */
  next(progress: number, sent: number): Order {
    const share = this.random(100);
    const user_id =
      share < 30
        ? HOT
        : share < 34
          ? `new-${Math.floor(sent / CALLS_PER_NEW_USER)}`
          : OTHERS[this.random(OTHERS.length)]!;
    const knowledge = this.knowledgeOf(user_id);
    const isKeyed = this.random(5) === 0;
    if (isKeyed && knowledge.keyed.length > 0 && this.random(2) === 0) {
      const earlier = knowledge.keyed[this.random(knowledge.keyed.length)]!;
      const other = this.fresh(user_id, knowledge, progress);
      return this.random(8) > 0 || other.body === null ? earlier : { ...other, key: earlier.key };
    }
    const order = this.fresh(user_id, knowledge, progress);
    if (!isKeyed || order.kind === 'cap' || order.kind === 'reset' || order.kind === 'boost' || order.body === null)
      return order;
    const keyed = { ...order, key: `key-${(this.keys += 1)}` };
    knowledge.keyed.push(keyed);
    if (knowledge.keyed.length > KEYS_KEPT) knowledge.keyed.shift();
    return keyed;
  }

  /** Some keyed charges are sent in a batch, with charges of other accounts; their keys are those of single charges. */
  batchWith(order: Order): Order[] {
    if (order.kind !== 'deduct' || order.key === undefined || order.is_by_key || this.random(2) === 0) return [order];
    const others = [HOT, ...OTHERS].filter((user_id) => user_id !== order.user_id && this.random(2) === 0);
    const charges = others.map((user_id) => ({
      ...this.charge('deduct', user_id, 1 + this.random(CREDIT)),
      is_by_key: false,
      key: `key-${(this.keys += 1)}`,
    }));
    return [order, ...charges];
  }

  private fresh(user_id: string, knowledge: Knowledge, progress: number): Order {
    const share = this.random(200);
    const charge = 1 + this.random(this.random(12) === 0 ? 5 * CREDIT : CREDIT / 2);
    if (share < 12) return this.free(user_id, charge);
    if (share < 80) return this.charge('deduct', user_id, charge);
    if (share < 102) return this.charge('settle', user_id, charge);
    if (share < 130) return this.hold(user_id, charge);
    if (share < 164) return this.resolve(user_id, knowledge);
    if (share < 176) return this.give(user_id, progress);
    if (share < 183) return this.refund(user_id, knowledge);
    if (share < 185) return this.boost(user_id);
    if (share < 187) return this.cap(user_id);
    // a new user's first response must contain the end of the first period
    if (share < 188 && !user_id.startsWith('new'))
      return { kind: 'reset', user_id, amount: 0, path: 'credits/reset', body: { user_id } };
    return this.read(share < 197 ? 'balance' : 'grants', user_id);
  }

  private cap(user_id: string): Order {
    const cap = this.random(4) === 0 ? null : this.random(12) * CREDIT;
    const body = { user_id, monthly_cap: cap === null ? null : text(cap) };
    return { kind: 'cap', user_id, amount: 0, cap, path: 'credits/cap', body };
  }

  private charge(kind: 'deduct' | 'settle', user_id: string, size: number): Order {
    const path = kind === 'deduct' ? 'credits/deduct' : '/settle';
    return { kind, user_id, amount: size, path, ...this.work(kind === 'deduct', { user_id, amount: text(size) }) };
  }

  /** The rest of a charge or a hold: what it is for, and who asks. */
  private work(isOfApi: boolean, body: Json): { body: Json; is_by_key: boolean } {
    const tags = isOfApi && this.random(4) === 0 ? { tags: [TAG] } : {};
    const service = this.random(3) === 0 ? 'stt' : 'tts';
    return { body: { ...body, service, ...tags }, is_by_key: isOfApi && this.random(5) === 0 };
  }

  private boost(user_id: string): Order {
    const own = this.budgets.filter((budget) => budget.user_id === user_id);
    const budget = own[this.random(Math.max(1, own.length))];
    if (!budget) return this.read('balance', user_id);
    const { id: budget_id, unit } = budget;
    const size = unit === 'calls' ? CALL * (1 + this.random(3)) : 1 + this.random(CREDIT);
    const body = { amount: text(size), reason: 'agreement' };
    return { kind: 'boost', user_id, amount: size, budget_id, path: `budgets/${budget_id}/boost`, body };
  }

  /** Remembers a budget. */
  knows(budget: Json): void {
    this.budgets.push({ id: budget.id as string, user_id: budget.user_id as string, unit: budget.unit as string });
  }

  private free(user_id: string, size: number): Order {
    if (!this.hasFreeCalls) return this.charge('deduct', user_id, size);
    const quantity = 1 + (size % 1000);
    const work = { user_id, service: 'tts', model: FREE_MODEL, quantity, unit: 'character' };
    const body = { ...work, ...(this.random(3) === 0 ? { settle: true } : { charge: true }) };
    return { kind: 'free', user_id, amount: quantity * CHARACTER, path: 'credits/usage/track', body };
  }

  private hold(user_id: string, size: number): Order {
    const ttl_seconds = [1, 1, 2, 3, 600][this.random(5)]!;
    return {
      kind: 'hold',
      user_id,
      amount: size,
      path: 'credits/holds',
      ...this.work(true, { user_id, amount: text(size), ttl_seconds }),
    };
  }

  private resolve(user_id: string, { holds }: Knowledge): Order {
    const { id: hold_id, size } = holds[this.random(holds.length)] ?? { id: UNKNOWN_ID, size: CREDIT };
    const path = `credits/holds/${hold_id}`;
    switch (this.random(6)) {
      case 0:
      case 1:
        return { kind: 'release', user_id, amount: 0, hold_id, path: `${path}/release`, body: {} };
      case 2:
        return {
          kind: 'extend',
          user_id,
          amount: 0,
          hold_id,
          path: `${path}/extend`,
          body: { ttl_seconds: 1 + this.random(3) },
        };
      default: {
        // nothing, a part, all, or more than the hold
        const captured = [0, Math.ceil(size / 3), size, size + 1 + this.random(CREDIT)][this.random(4)]!;
        return {
          kind: 'capture',
          user_id,
          amount: captured,
          hold_id,
          path: `${path}/capture`,
          body: { amount: text(captured) },
        };
      }
    }
  }

  private give(user_id: string, progress: number): Order {
    const expires_at =
      this.random(3) === 0 ? null : Date.now() + 700 + this.random(2_000 + Math.floor(3_000 * progress));
    return this.grant(user_id, 1 + this.random(4 * CREDIT), SOURCES[this.random(SOURCES.length)]!, expires_at);
  }

  /** A grant of `size` units that expires at `wanted`, or a little later. */
  grant(user_id: string, size: number, source: string, wanted: number | null): Order {
    // no two grants of an account expire at the same instant, which would leave their burn order open
    let expires_at = wanted;
    while (expires_at !== null && this.expiries.has(`${user_id} ${expires_at}`)) expires_at += 1;
    this.expiries.add(`${user_id} ${String(expires_at)}`);
    const body = {
      user_id,
      amount: text(size),
      source,
      ...(expires_at === null ? {} : { expires_at: new Date(expires_at).toISOString() }),
    };
    return { kind: 'grant', user_id, amount: size, source, expires_at, path: 'credits/allocate', body };
  }

  private refund(user_id: string, { charges }: Knowledge): Order {
    const reason = 'agreement';
    if (this.random(3) === 0) {
      const size = 1 + this.random(CREDIT);
      return {
        kind: 'refund',
        user_id,
        amount: size,
        path: 'credits/refund',
        body: { user_id, amount: text(size), reason },
      };
    }
    const { id: refund_of, size: charged } = charges[this.random(charges.length)] ?? { id: UNKNOWN_ID, size: CREDIT };
    const size = 1 + this.random(charged);
    return {
      kind: 'refund',
      user_id,
      amount: size,
      refund_of,
      path: 'credits/refund',
      body: { user_id, amount: text(size), reason, transaction_id: refund_of },
    };
  }

  read(kind: 'balance' | 'grants', user_id: string): Order {
    return { kind, user_id, amount: 0, path: `credits/${kind}?user_id=${user_id}&provision=true`, body: null };
  }

  /** Remembers what a response created. */
  learn({ answer, kind, user_id, amount: size, ...call }: Call): void {
    const { holds, charges } = this.knowledgeOf(user_id);
    if (!isDone({ answer, kind, user_id, amount: size, ...call }) || call.hit) return;
    if (kind === 'hold') holds.push({ id: answer.id as string, size });
    if (kind === 'deduct' && charges.length < KEYS_KEPT) charges.push({ id: answer.transaction_id as string, size });
    if (holds.length > HOLDS_KEPT) holds.shift();
    if (this.random(40) === 0) charges.length = 0;
  }

  private knowledgeOf(user_id: string): Knowledge {
    let knowledge = this.known.get(user_id);
    if (!knowledge) this.known.set(user_id, (knowledge = { keyed: [], holds: [], charges: [] }));
    return knowledge;
  }
}

/** Units as decimal text. */
export const text = (units: number): string => amount(BigInt(units));
