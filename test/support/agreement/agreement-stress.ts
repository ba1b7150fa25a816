import { Agent, request } from 'node:http';
import type pg from 'pg';
import { BUDGETS, budgetBody } from './agreement-budgets.js';
import type { Call, Json, Order } from './agreement-history.js';
import { CHARACTER, CREDIT, FREE_MODEL, HOT, OTHERS, RandomRequests, text } from './agreement-requests.js';
import { seededRandom } from '../model/seeded-random.js';

const CLIENTS = 80;
/** Initial plans of the accounts; the period of the first accounts ends during the run. */
const TIERS = ['starter', 'professional', 'trial', 'starter', 'professional', 'trial', 'starter'];
const RENEWING = 4;
const DAY_MS = 86_400_000;
/** Longer than any run. */
const RUN_MAX_MS = 15 * 60_000;

/** Statuses of single charges that are refused. */
const STATUS_OF: Readonly<Record<string, number>> = {
  insufficient_credits: 402,
  budget_exceeded: 402,
  credits_on_hold: 402,
  monthly_cap_exceeded: 402,
  idempotency_conflict: 409,
  database_unavailable: 503,
  overloaded: 503,
};

interface Request {
  path: string;
  body: object | null;
  key?: string | undefined;
  is_by_key?: boolean | undefined;
}

/** Random calls by many concurrent clients to several processes of the service, each recorded with its response. */
export class StressRun {
  readonly calls: Call[] = [];
  private readonly random: (sides: number) => number;
  private readonly requests: RandomRequests;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  /**
   * AGREEMENT_FREE=1 asks for calls of free models as well. Their answers do not tell the account, so that the search
   * for an order may give up. Near midnight there are none: the model could not tell of which day a call is.
   */
  readonly hasFreeCalls = process.env['AGREEMENT_FREE'] === '1' && DAY_MS - (Date.now() % DAY_MS) > RUN_MAX_MS;
  private ids = 0;
  /** An API key that may charge anybody. */
  private api_key = '';

  constructor(
    private readonly services: readonly string[],
    private readonly token: string,
    seed: number,
    private readonly pool: pg.Pool,
  ) {
    this.random = seededRandom(seed);
    this.requests = new RandomRequests(this.random, this.hasFreeCalls);
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
        await this.send(this.requests.read('balance', user_id)); // returns the end of the first period
        const tier = TIERS[i];
        const body = { user_id, new_tier: tier };
        if (tier !== undefined)
          await this.send({ kind: 'reset', user_id, amount: 0, tier, path: 'credits/reset', body });
        await this.send(this.requests.grant(user_id, i === 0 ? 15 * CREDIT : 2 * CREDIT, 'purchase', null));
      }),
    );
    await this.setBudgets();
    for (const [i, user_id] of [HOT, ...OTHERS].slice(0, RENEWING).entries())
      await this.moveReset(user_id, Date.now() + 1_500 + 700 * i);
  }

  private async setBudgets(): Promise<void> {
    const key = { name: 'agreement', user_id: 'caller', role: 'service', scopes: ['charge'] };
    const { answer: made } = await this.ask({ path: 'api-keys', body: key }, 'a-key');
    this.api_key = made.key as string;
    for (const [user_id, all] of Object.entries(BUDGETS)) {
      for (const terms of all) {
        const body = budgetBody(user_id, terms, made.id as string);
        const { status, answer } = await this.ask({ path: 'budgets', body }, 'a-budget');
        if (status !== 201) throw new Error(`no budget: ${status} ${JSON.stringify(answer)}`);
        this.requests.knows(answer);
      }
    }
  }

  /** Sends `count` calls, then reads every account when all calls have ended. */
  async run(count: number): Promise<void> {
    const from = this.calls.length;
    let sent = 0;
    const client = async (): Promise<void> => {
      while (sent < count) {
        sent += 1;
        const order = this.requests.next((this.calls.length - from) / count, this.calls.length);
        const batch = this.requests.batchWith(order);
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
    await Promise.all(users.map((user_id) => this.send(this.requests.read('balance', user_id))));
    await Promise.all(users.map((user_id) => this.send(this.requests.read('grants', user_id))));
    this.agent.destroy();
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
    this.requests.learn(call);
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
      this.requests.learn(call);
    }
  }

  private ask(
    { path, body, key, is_by_key }: Request,
    request_id: string,
  ): Promise<{ status: number; hit: boolean; answer: Json }> {
    const service = this.services[this.random(this.services.length)]!;
    const url = path.startsWith('/') ? `${service}${path}` : `${service}/api/v1/${path}`;
    const headers: Record<string, string> = {
      authorization: `Bearer ${is_by_key ? this.api_key : this.token}`,
      'x-request-id': request_id,
    };
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
