import { Agent, request } from 'undici';
import { seededRandom } from '../test/support/model/seeded-random.ts';
import { USER_PREFIX } from './accounts.ts';

/** Users with more credits than any run can spend, and the share of the calls that goes to the first of them. */
const RICH = 200;
const HOT_PERCENT = 15;
/** Users whose trial credits run out, so that some calls are refused. */
const POOR = 100;
const POOR_PERCENT = 12;
/** How much more a call costs them. */
const POOR_FACTOR = 10;
const MICRO_MAX = 200_000;
const BATCH_MAX = 8;
const HOLD_TTL_S = 3_600;
const PATIENCE_MS = 20_000;
const SERVICE = 'tts';
/** Codes that do not answer a call: it did nothing, or nobody knows, and it is to be repeated. */
const UNAVAILABLE = new Set(['database_unavailable', 'overloaded', 'not_ready', 'shutting_down']);

export type Json = Record<string, unknown>;
export type Kind = 'deduct' | 'hold' | 'capture' | 'release' | 'track' | 'batch' | 'redeem' | 'balance';

/** A call that may be repeated: the same key and the same body each time. */
export interface Order {
  kind: Kind;
  user_id: string;
  key: string;
  path: string;
  body: object | null;
}

/** A record of a batch, or the body of a single track. */
export interface WorkRecord {
  user_id: string;
  request_id: string;
  service: string;
  cost: string;
  charge?: boolean;
}

export interface Answer {
  status: number;
  /** Whether the service reported that it repeats an earlier answer. */
  hit: boolean;
  body: Json;
}

/** An order and what it came to. */
export interface Exchange {
  order: Order;
  answer: Answer;
}

/** What one client does: random acts, the same for the same seed. */
export class Client {
  private readonly random: (sides: number) => number;
  private acts = 0;

  private readonly name: string;
  private readonly coupon: string;
  private readonly send: (order: Order) => Promise<Answer>;

  /**
   * @param name no other client has it; it is part of every key
   * @param send resolves with the answer to an order, once there is one
   */
  constructor(seed: number, name: string, coupon: string, send: (order: Order) => Promise<Answer>) {
    this.name = name;
    this.coupon = coupon;
    this.send = send;
    this.random = seededRandom(seed);
  }

  /** One act: a single call, or a hold and its end. */
  async act(): Promise<void> {
    const key = `${this.name}-${(this.acts += 1)}`;
    const user_id = this.user();
    const share = this.random(100);
    if (share < 30) await this.send(this.post('deduct', user_id, key, 'deduct', this.charge(user_id, key)));
    else if (share < 55) await this.holdAndEnd(user_id, key, share < 45);
    else if (share < 72)
      await this.send(this.post('track', user_id, key, 'usage/track', this.record(user_id, key, true)));
    else if (share < 84) await this.send(this.post('batch', user_id, key, 'usage/track/batch', this.records(key)));
    else if (share < 90) await this.send(this.redemption(key));
    else
      await this.send({
        kind: 'balance',
        user_id,
        key,
        path: `credits/balance?provision=true&user_id=${user_id}`,
        body: null,
      });
  }

  private async holdAndEnd(user_id: string, key: string, isCaptured: boolean): Promise<void> {
    const body = { ...this.charge(user_id, key), ttl_seconds: HOLD_TTL_S };
    const { status, body: hold } = await this.send(this.post('hold', user_id, key, 'holds', body));
    const amount = this.amount(user_id); // more than was set aside, now and then
    if (status !== 201) return;
    const path = `holds/${String(hold['id'])}`;
    if (isCaptured) await this.send(this.post('capture', user_id, `${key}-end`, `${path}/capture`, { amount }));
    else await this.send(this.post('release', user_id, `${key}-end`, `${path}/release`, {}));
  }

  private redemption(key: string): Order {
    const user_id = `redeemer-${key}`;
    return this.post('redeem', user_id, key, 'coupons/redeem', { user_id, code: this.coupon });
  }

  private post(kind: Kind, user_id: string, key: string, path: string, body: object): Order {
    return { kind, user_id, key, path: `credits/${path}`, body };
  }

  private charge(user_id: string, key: string): object {
    return { user_id, amount: this.amount(user_id), service: SERVICE, metadata: { key } };
  }

  private record(user_id: string, request_id: string, isCharged: boolean): WorkRecord {
    const work = { user_id, request_id, service: SERVICE, cost: this.amount(user_id) };
    return isCharged ? { ...work, charge: true } : work;
  }

  private records(key: string): WorkRecord[] {
    const count = 2 + this.random(BATCH_MAX - 1);
    return Array.from({ length: count }, (_, i) => this.record(this.user(), `${key}-${i}`, this.random(2) === 0));
  }

  private user(): string {
    const share = this.random(100);
    if (share < POOR_PERCENT) return `poor-${this.random(POOR)}`;
    return `${USER_PREFIX}${share < POOR_PERCENT + HOT_PERCENT ? 0 : this.random(RICH)}`;
  }

  private amount(user_id: string): string {
    const factor = user_id.startsWith(USER_PREFIX) ? 1 : POOR_FACTOR;
    return (((1 + this.random(MICRO_MAX)) * factor) / 1e6).toFixed(6);
  }
}

/** Connections to the services under test. */
export class Line {
  private readonly agent = new Agent({ connections: null, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });

  private readonly token: string;

  constructor(token: string) {
    this.token = token;
  }

  /**
   * Sends an order once.
   * @throws Error named after its cause when it was not answered: nobody knows whether it was done
   */
  async ask(port: number, { path, key, body, kind }: Order): Promise<Answer> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.token}` };
    if (body !== null) headers['content-type'] = 'application/json';
    if (body !== null && kind !== 'batch') headers['idempotency-key'] = key;
    const response = await request(`http://127.0.0.1:${port}/api/v1/${path}`, {
      method: body === null ? 'GET' : 'POST',
      dispatcher: this.agent,
      headers,
      body: body === null ? null : JSON.stringify(body),
    });
    const received = (await response.body.json()) as Json | Json[];
    const list = Array.isArray(received) ? received : [received];
    const unavailable = list.map(({ code }) => String(code)).find((code) => UNAVAILABLE.has(code));
    if (unavailable !== undefined) throw new Error(unavailable);
    const hit = response.headers['idempotency-hit'] === 'true';
    return { status: response.statusCode, hit, body: Array.isArray(received) ? { list: received } : received };
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }
}
