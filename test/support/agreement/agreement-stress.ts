import { Agent, request } from 'node:http';
import type pg from 'pg';
import { amount } from '../../../src/platform/values/amount.js';
import { type Call, isDone, type Json, type Order } from './agreement-history.js';
import { seededRandom } from '../model/seeded-random.js';
import { UNKNOWN_ID } from '../factories.js';

const CLIENTS = 80;
const CREDIT = 10_000_000_000;
const HOT = 'hot';
const OTHERS = Array.from({ length: 6 }, (_, i) => `user-${i}`);
/** Initial credits of the accounts; the period of the first accounts ends during the run. */
const TIERS = ['starter', 'professional', 'trial', 'starter', 'professional', 'trial', 'starter'];
const RENEWING = 4;
const CALLS_PER_NEW_USER = 120;
const KEYS_KEPT = 10;
const HOLDS_KEPT = 25;
const DAY_MS = 86_400_000;
/** Longer than any run. */
const RUN_MAX_MS = 15 * 60_000;
/** A free model, and units that a character of the model costs that it is a variant of. */
const FREE_MODEL = 'agreement/model:free';
const CHARACTER = 1_000_000;
/** Statuses of single charges that are refused. */
const STATUS_OF: Readonly<Record<string, number>> = {
  insufficient_credits: 402,
  credits_on_hold: 402,
  monthly_cap_exceeded: 402,
  idempotency_conflict: 409,
  database_unavailable: 503,
  overloaded: 503,
};
const SOURCES = ['bonus', 'plan', 'purchase', 'plan', 'coupon', 'plan', 'adjustment', 'referral'];

/** Known ids of an account, so that requests name existing things. */
interface Knowledge {
  keyed: Order[];
  holds: { id: string; size: number }[];
  charges: { id: string; size: number }[];
}

interface Request {
  path: string;
  body: object | null;
  key?: string | undefined;
}

/** Random calls by many concurrent clients to several processes of the service, each recorded with its response. */
export class StressRun {
  readonly calls: Call[] = [];
  private readonly random: (sides: number) => number;
  private readonly known = new Map<string, Knowledge>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  /**
   * AGREEMENT_FREE=1 asks for calls of free models as well. Their answers do not tell the account, so that the search
   * for an order may give up. Near midnight there are none: the model could not tell of which day a call is.
   */
  readonly hasFreeCalls = process.env['AGREEMENT_FREE'] === '1' && DAY_MS - (Date.now() % DAY_MS) > RUN_MAX_MS;
  private ids = 0;
  private readonly expiries = new Set<string>();

  constructor(
    private readonly services: readonly string[],
    private readonly token: string,
    seed: number,
    private readonly pool: pg.Pool,
  ) {
    this.random = seededRandom(seed);
  }

  /** Creates accounts on different plans with credits, some of them about to renew. */
  async prepare(): Promise<void> {
    const price = [FREE_MODEL.replace(':free', ''), text(CHARACTER)];
    await this.pool.query(
      `INSERT INTO model_prices (service, model, per_character, effective_from) VALUES ('*', $1, $2, now())`,
      price,
    );
    await Promise.all(
      [HOT, ...OTHERS].map(async (user_id, i) => {
        await this.send(this.read('balance', user_id)); // returns the end of the first period
        const tier = TIERS[i];
        const body = { user_id, new_tier: tier };
        if (tier !== undefined)
          await this.send({ kind: 'reset', user_id, amount: 0, tier, path: 'credits/reset', body });
        await this.send(this.grant(user_id, i === 0 ? 15 * CREDIT : 2 * CREDIT, 'purchase', null));
      }),
    );
    for (const [i, user_id] of [HOT, ...OTHERS].slice(0, RENEWING).entries())
      await this.moveReset(user_id, Date.now() + 1_500 + 700 * i);
  }

  /** Sends `count` calls, then reads every account when all calls have ended. */
  async run(count: number): Promise<void> {
    const from = this.calls.length;
    let sent = 0;
    const client = async (): Promise<void> => {
      while (sent < count) {
        sent += 1;
        const order = this.order((this.calls.length - from) / count);
        const batch = this.batchWith(order);
        if (batch.length > 1) {
          sent += batch.length - 1;
          await this.sendBatch(batch);
          continue;
        }
        // a caller in doubt retries, possibly while the first request is still running, and at another process
        if (order.key !== undefined && this.random(6) === 0 && sent < count) {
          sent += 1;
          await Promise.all([this.send(order), this.send(order)]);
        } else await this.send(order);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const users = [...new Set(this.calls.map(({ user_id }) => user_id))];
    await Promise.all(users.map((user_id) => this.send(this.read('balance', user_id))));
    await Promise.all(users.map((user_id) => this.send(this.read('grants', user_id))));
    this.agent.destroy();
  }

  private order(progress: number): Order {
    const share = this.random(100);
    const user_id =
      share < 30
        ? HOT
        : share < 34
          ? `new-${Math.floor(this.calls.length / CALLS_PER_NEW_USER)}`
          : OTHERS[this.random(OTHERS.length)]!;
    const knowledge = this.knowledgeOf(user_id);
    const isKeyed = this.random(5) === 0;
    if (isKeyed && knowledge.keyed.length > 0 && this.random(2) === 0) {
      const earlier = knowledge.keyed[this.random(knowledge.keyed.length)]!;
      const other = this.fresh(user_id, knowledge, progress);
      return this.random(8) > 0 || other.body === null ? earlier : { ...other, key: earlier.key };
    }
    const order = this.fresh(user_id, knowledge, progress);
    if (!isKeyed || order.kind === 'cap' || order.kind === 'reset' || order.body === null) return order;
    const keyed = { ...order, key: `key-${(this.ids += 1)}` };
    knowledge.keyed.push(keyed);
    if (knowledge.keyed.length > KEYS_KEPT) knowledge.keyed.shift();
    return keyed;
  }

  /** Some keyed charges are sent in a batch, with charges of other accounts; their keys are those of single charges. */
  private batchWith(order: Order): Order[] {
    if (order.kind !== 'deduct' || order.key === undefined || this.random(2) === 0) return [order];
    const others = [HOT, ...OTHERS].filter((user_id) => user_id !== order.user_id && this.random(2) === 0);
    const charges = others.map((user_id) => ({
      ...this.charge('deduct', user_id, 1 + this.random(CREDIT)),
      key: `key-${(this.ids += 1)}`,
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
    if (share < 186) {
      const cap = this.random(4) === 0 ? null : this.random(12) * CREDIT;
      return {
        kind: 'cap',
        user_id,
        amount: 0,
        cap,
        path: 'credits/cap',
        body: { user_id, monthly_cap: cap === null ? null : text(cap) },
      };
    }
    // a new user's first response must contain the end of the first period
    if (share < 187 && !user_id.startsWith('new'))
      return { kind: 'reset', user_id, amount: 0, path: 'credits/reset', body: { user_id } };
    return this.read(share < 197 ? 'balance' : 'grants', user_id);
  }

  private charge(kind: 'deduct' | 'settle', user_id: string, size: number): Order {
    const path = kind === 'deduct' ? 'credits/deduct' : '/settle';
    return { kind, user_id, amount: size, path, body: { user_id, amount: text(size), service: 'tts' } };
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
      body: { user_id, amount: text(size), service: 'stt', ttl_seconds },
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

  private grant(user_id: string, size: number, source: string, wanted: number | null): Order {
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

  private read(kind: 'balance' | 'grants', user_id: string): Order {
    return { kind, user_id, amount: 0, path: `credits/${kind}?user_id=${user_id}&provision=true`, body: null };
  }

  private knowledgeOf(user_id: string): Knowledge {
    let knowledge = this.known.get(user_id);
    if (!knowledge) this.known.set(user_id, (knowledge = { keyed: [], holds: [], charges: [] }));
    return knowledge;
  }

  private async moveReset(user_id: string, reset_date: number): Promise<void> {
    const start = performance.now();
    const values = [user_id, new Date(reset_date)];
    await this.pool.query(
      'UPDATE user_credits SET reset_date = $2, due_at = LEAST(due_at, $2) WHERE user_id = $1',
      values,
    );
    await this.pool.query(
      `UPDATE credit_grants SET expires_at = $2 WHERE user_id = $1 AND source = 'plan' AND remaining > 0`,
      values,
    );
    const order = { kind: 'move' as const, user_id, amount: 0, path: '', body: null, reset_date };
    this.calls.push({
      ...order,
      request_id: `move-${user_id}`,
      start,
      end: performance.now(),
      answered_at: Date.now(),
      status: 200,
      hit: false,
      answer: {},
    });
  }

  private async send(order: Order): Promise<void> {
    const request_id = `r${(this.ids += 1)}`;
    const start = performance.now();
    const { status, hit, answer } = await this.ask(order, request_id);
    const call = { ...order, request_id, start, end: performance.now(), answered_at: Date.now(), status, hit, answer };
    this.calls.push(call);
    this.learn(call);
  }

  /** Sends charges as one batch. Each is a call of its own, with its result as the answer. */
  private async sendBatch(orders: readonly Order[]): Promise<void> {
    const request_id = `r${(this.ids += 1)}`;
    const start = performance.now();
    const body = orders.map((order) => ({ ...order.body, idempotency_key: order.key }));
    const { status, answer } = await this.ask({ path: 'credits/deduct/batch', body }, request_id);
    const times = { start, end: performance.now(), answered_at: Date.now() };
    for (const [i, order] of orders.entries()) {
      const result = status === 200 ? (answer.list as Json[])[i]! : answer;
      const hit = result.status === 'duplicate';
      const call = {
        ...order,
        request_id,
        ...times,
        status: STATUS_OF[String(result.code)] ?? status,
        hit,
        answer: result,
      };
      this.calls.push(call);
      this.learn(call);
    }
  }

  private learn({ answer, kind, user_id, amount: size, ...call }: Call): void {
    const { holds, charges } = this.knowledgeOf(user_id);
    if (!isDone({ answer, kind, user_id, amount: size, ...call }) || call.hit) return;
    if (kind === 'hold') holds.push({ id: answer.id as string, size });
    if (kind === 'deduct' && charges.length < KEYS_KEPT) charges.push({ id: answer.transaction_id as string, size });
    if (holds.length > HOLDS_KEPT) holds.shift();
    if (this.random(40) === 0) charges.length = 0;
  }

  private ask(
    { path, body, key }: Request,
    request_id: string,
  ): Promise<{ status: number; hit: boolean; answer: Json }> {
    const service = this.services[this.random(this.services.length)]!;
    const url = path.startsWith('/') ? `${service}${path}` : `${service}/api/v1/${path}`;
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}`, 'x-request-id': request_id };
    if (key !== undefined) headers['idempotency-key'] = key;
    if (body !== null) headers['content-type'] = 'application/json';
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: body === null ? 'GET' : 'POST', headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          const parsed = JSON.parse(Buffer.concat(chunks).toString()) as Json | Json[];
          const answer = Array.isArray(parsed) ? { list: parsed } : parsed;
          resolve({ status: response.statusCode ?? 0, hit: response.headers['idempotency-hit'] === 'true', answer });
        });
      });
      sent.once('error', reject);
      sent.end(body === null ? undefined : JSON.stringify(body));
    });
  }
}

const text = (units: number): string => amount(BigInt(units));
