import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { callOf, type TrackRecord } from './calls.ts';
import { MODELS, SERVICES } from './catalogue.ts';
import { callsIn, type Person } from './people.ts';
import type { Random } from './random.ts';

const RECORDS_MAX = 1000;
const PACKAGES = [
  { package_code: 'credits-10', name: '10 credits', credits: '10', price: '10' },
  { package_code: 'credits-50', name: '50 credits', credits: '50', price: '45' },
  { package_code: 'credits-200', name: '200 credits', credits: '200', price: '170' },
];
const COUPONS = [
  { code: 'WELCOME-5', coupon_type: 'credit_bonus', value: '5', description: 'Welcome gift', max_uses: 60 },
  { code: 'LAUNCH-20', coupon_type: 'percentage_discount', value: '20', description: '20 % off the first purchase' },
  { code: 'FRIENDS-10', coupon_type: 'credit_bonus', value: '10', description: 'Conference', max_uses: 15 },
];
const PLAN_PRICES: Record<string, string> = { starter: '19', professional: '49', enterprise: '99' };

interface Answer {
  status: number;
  body: unknown;
}

/** The platform whose life is played: an admin who sets things up, and users who call, buy and redeem. */
export class DemoPlatform {
  events = 0;
  private payments = 0;
  private redemptions = 0;
  private refused = 0;
  private readonly plans = new Map<string, string>();

  private readonly service: FastifyInstance;
  private readonly token: string;
  private readonly pool: pg.Pool;
  private readonly random: Random;

  constructor(service: FastifyInstance, token: string, pool: pg.Pool, random: Random) {
    this.service = service;
    this.token = token;
    this.pool = pool;
    this.random = random;
  }

  /** Sets prices, packages and coupons. */
  async open(): Promise<void> {
    for (const { model, input_price, output_price, cache } of MODELS) {
      if (input_price === null) continue;
      const prices = {
        input_per_million: input_price,
        output_per_million: output_price,
        cache_read_per_million: cache,
      };
      await this.send('POST', 'pricing/models', { model, ...prices });
    }
    for (const { service, model, unit, price } of SERVICES) {
      await this.send('POST', 'pricing/models', { service, model, [`per_${unit}`]: price });
    }
    for (const terms of PACKAGES) await this.send('POST', 'payments/packages', terms);
    for (const terms of COUPONS)
      await this.send('POST', 'credits/coupons/create', { ...terms, valid_from: new Date().toISOString() });
  }

  /** Plays an hour: who joins, upgrades, buys or redeems, then all calls. */
  async playHour(people: readonly Person[], now: Date, days_ago: number): Promise<void> {
    if (now.getUTCHours() === 8) for (const person of people) await this.playMorning(person, days_ago);
    const records: TrackRecord[] = [];
    for (const person of people) {
      const calls = callsIn(this.random, person, now, days_ago);
      for (let n = 0; n < calls; n += 1) records.push(callOf(this.random, person, now));
    }
    for (let from = 0; from < records.length; from += RECORDS_MAX) {
      const { body } = await this.send('POST', 'credits/usage/track/batch', {
        records: records.slice(from, from + RECORDS_MAX),
      });
      const results = body as { status: string }[];
      this.events += results.filter(({ status }) => status === 'recorded').length;
      this.refused += results.filter(({ status }) => status === 'error').length;
    }
  }

  summary(): string {
    return `${String(this.events)} events, ${String(this.refused)} refused calls, ${String(this.payments)} payments, ${String(this.redemptions)} redemptions`;
  }

  private async playMorning(person: Person, days_ago: number): Promise<void> {
    const { user_id, persona, joined_days_ago, upgrades_on } = person;
    const age = joined_days_ago - days_ago;
    if (age < 0) return;
    if (age === 0) {
      await this.send('GET', `credits/balance?user_id=${encodeURIComponent(user_id)}&provision=true`);
      if (this.random.isTrue(0.25)) await this.redeem(user_id, this.random.pick(COUPONS).code);
    }
    if (persona.plan !== null && age === upgrades_on) {
      await this.send('POST', 'credits/tiers/switch', { user_id, new_tier: persona.plan });
      this.plans.set(user_id, persona.plan);
    }
    const plan = this.plans.get(user_id);
    if (plan !== undefined && (age - upgrades_on) % 30 === 0)
      await this.pay(user_id, { tier: plan, amount: PLAN_PRICES[plan] ?? '0' }, null);
    if (this.random.isTrue(0.02)) await this.topUpIfLow(user_id);
    if (this.random.isTrue(0.001)) {
      await this.send('POST', 'credits/bonus', { user_id, amount: '2', reason: 'Thank you for your feedback' });
    }
  }

  private async topUpIfLow(user_id: string): Promise<void> {
    const { body } = await this.send('GET', `credits/balance?user_id=${encodeURIComponent(user_id)}`);
    if (Number((body as { available: string }).available) > 3) return;
    const { package_code, credits, price } = this.random.pick(PACKAGES);
    const { body: granted } = await this.send('POST', 'credits/allocate', {
      user_id,
      amount: credits,
      source: 'purchase',
      reason: `Package ${package_code}`,
    });
    await this.pay(
      user_id,
      { package_code, credits, amount: price },
      (granted as { transaction_id: string }).transaction_id,
    );
  }

  private async redeem(user_id: string, code: string): Promise<void> {
    const { status } = await this.send(
      'POST',
      'credits/coupons/redeem',
      { user_id, code },
      [402, 403, 404, 409, 410, 422],
    );
    if (status < 300) this.redemptions += 1;
  }

  /** The payment provider's part: without a provider there is no way to pay through the interface. */
  private async pay(
    user_id: string,
    bought: { tier: string; amount: string } | { package_code: string; credits: string; amount: string },
    transaction_id: string | null,
  ): Promise<void> {
    const { tier, package_code, credits, amount } = { tier: null, package_code: null, credits: '0', ...bought };
    this.payments += 1;
    await this.pool.query(
      `INSERT INTO payments (user_id, kind, status, package_code, tier, credits, amount, currency, settled, transaction_id, paid_at, created_at, updated_at)
       VALUES ($1, $2, 'paid', $3, $4, $5, $6, 'usd', $6, $7, $8, $8, $8)`,
      [user_id, tier === null ? 'package' : 'plan', package_code, tier, credits, amount, transaction_id, new Date()],
    );
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    refusals: readonly number[] = [],
  ): Promise<Answer> {
    const answer = await this.service.inject({
      method,
      url: `/api/v1/${path}`,
      headers: { authorization: `Bearer ${this.token}` },
      ...(body && { payload: body }),
    });
    if (answer.statusCode >= 300 && !refusals.includes(answer.statusCode)) {
      throw new Error(`${method} ${path} was answered ${String(answer.statusCode)}: ${answer.body}`);
    }
    return { status: answer.statusCode, body: answer.json<unknown>() };
  }
}
