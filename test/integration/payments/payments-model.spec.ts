import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, type Units, units } from '../../../src/platform/values/amount.js';
import type { Json } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';
import type { StripeEvent } from '../../support/services/stripe-stand-in.js';

/** The maximum credits of a payment, whatever its outcome. */
const WORTH: Record<string, string> = { small: '10', large: '50', starter: '20', professional: '60', upgrade: '40' };
const TRIAL = units('5');
const BONUS = '3';
/** The difference between the two plans. */
const UPGRADE = units('30');
/** Number of runs. Each takes about a second; MODEL_RUNS overrides the number. */
const RUNS = Number(process.env.MODEL_RUNS ?? 4);
const TIMEOUT_MS = 30_000 * RUNS;

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());

/** The returned money of a payment, as Stripe reports it. */
interface MoneyBack {
  intent: string;
  cents: number;
  refunds: { id: string; cents: number; hasFailed: boolean }[];
  dispute: string | null;
}

/** The possible transitions of a dispute. */
const STEPS: Record<string, string[]> = {
  none: ['warning_needs_response', 'needs_response'],
  warning_needs_response: ['warning_closed', 'needs_response'],
  needs_response: ['won', 'lost', 'prevented'],
};

/**
 * A simulated life of an account: actions of its user, of Stripe and of time. Choices are numbers modulo the number of
 * options.
 */
class Life {
  given = TRIAL;
  /** Undelivered events. They arrive late, twice and in any order. */
  private readonly post: StripeEvent[] = [];
  private readonly back = new Map<string, MoneyBack>();

  private constructor(readonly user_id: string) {}

  static async begin(): Promise<Life> {
    return new Life(await s.w.user());
  }

  async do(act: string, choice: number): Promise<void> {
    switch (act) {
      case 'buy':
        return this.pay(await s.checkout(this.user_id, { package_code: choice % 2 ? 'small' : 'large' }));
      case 'subscribe':
        return this.subscribe(choice % 2 ? 'starter' : 'professional');
      case 'switch':
        await s.switch(this.user_id, ['free', 'starter', 'professional'][choice % 3]!);
        return;
      case 'renew':
        return this.renew(choice);
      case 'deliver':
        return this.deliver(choice);
      case 'refund':
      case 'fail':
      case 'dispute':
        return this.moveMoneyBack(act, choice);
      case 'portal':
        return this.changePlan(choice);
      case 'coupon':
        return this.redeem();
      case 'spend':
        await s.w.settle(this.user_id, String((choice % 25) + 1));
        return;
      case 'wait':
        return s.age(this.user_id, (choice % 12) + 1);
    }
  }

  /** Asserts that no more credits were received than were paid for (minus refunds) or granted free of charge. */
  async check(): Promise<void> {
    const { balance, debt } = await s.w.balance(this.user_id);
    const lines = await s.w.ledger(this.user_id);
    const used = lines
      .filter((line) => line.transaction_type === 'usage')
      .reduce((sum, line) => sum - units(line.amount as string), 0n);
    const got = used + units(balance as string) - units(debt as string);
    const paid = (await s.history(this.user_id)).filter((payment) => payment.status === 'paid');
    const worth = paid.reduce((sum, payment) => sum + worthOf(payment), this.given);
    expect([amount(got), got <= worth]).toEqual([amount(got), true]);
    await s.verify(this.user_id);
  }

  async end(): Promise<void> {
    for (const event of this.post.splice(0).toReversed()) await s.tell(event);
    await this.check();
    for (const [id, { cents, refunds, dispute }] of this.back) {
      const refunded = refunds.reduce((sum, refund) => sum + (refund.hasFailed ? 0 : refund.cents), 0);
      const disputed = dispute === 'needs_response' || dispute === 'lost' ? cents : 0;
      const expected = { refunded: (refunded / 100).toFixed(10), disputed: (disputed / 100).toFixed(10) };
      expect(await s.payment(id)).toMatchObject(expected);
    }
  }

  private async pay(payment: Json): Promise<void> {
    if (payment.status === 'open') this.post.push(...(await s.pay(payment)));
  }

  private async subscribe(tier: string): Promise<void> {
    const answer = await s.w.post('payments/checkout', { user_id: this.user_id, tier });
    if (answer.status === 200) await this.pay(answer.body);
  }

  private async renew(choice: number): Promise<void> {
    const live = await this.live();
    if (!live) return;
    await s.age(this.user_id, 30.1);
    const id = live.subscription_id as string;
    if (choice % 5 === 0) this.post.push(s.stripe.subscriptionEvent(id, { status: 'canceled' }));
    else this.post.push(s.stripe.renew(id, choice % 4 === 0 ? 'failed' : 'paid'));
  }

  private async deliver(choice: number): Promise<void> {
    const index = choice % Math.max(1, this.post.length);
    const event = this.post[index];
    if (!event) return;
    if (choice % 3 !== 0)
      this.post.splice(index, 1); // otherwise it is delivered again
    else this.post[index] = this.post.splice(-1)[0] ?? event;
    await s.tell(event);
  }

  private async changePlan(choice: number): Promise<void> {
    const live = await this.live();
    if (!live) return;
    const [changed, paid] =
      live.paid_tier === 'starter'
        ? s.stripe.changePlan(live.subscription_id as string, 4900, [3000, 300, 5000][choice % 3]!)
        : s.stripe.changePlan(live.subscription_id as string, 1900, 0);
    this.post.push(changed!, ...(live.paid_tier === 'starter' ? [paid!] : []));
  }

  private async live(): Promise<Json | undefined> {
    const text = `SELECT * FROM subscriptions WHERE user_id = $1 AND status <> 'canceled'`;
    return (await s.w.sql(text, [this.user_id]))[0];
  }

  private async moveMoneyBack(act: 'refund' | 'fail' | 'dispute', choice: number): Promise<void> {
    const paid = await s.w.sql(
      `SELECT * FROM payments WHERE user_id = $1 AND status = 'paid' AND amount > 0 ORDER BY id`,
      [this.user_id],
    );
    const payment = paid[choice % Math.max(1, paid.length)];
    if (!payment) return;
    const back = this.backOf(payment);
    if (act === 'refund') this.refund(back, choice);
    else if (act === 'fail') this.failRefund(back, choice);
    else this.dispute(back, choice);
  }

  private backOf(payment: Json): MoneyBack {
    const id = payment.id as string;
    const intent = s.stripe.intentOf((payment.invoice_id ?? id) as string);
    const cents = Math.round(Number(payment.amount) * 100);
    const known = this.back.get(id) ?? { intent, cents, refunds: [], dispute: null };
    this.back.set(id, known);
    return known;
  }

  private refund({ intent, cents, refunds }: MoneyBack, choice: number): void {
    const live = refunds.filter(({ hasFailed }) => !hasFailed).reduce((sum, refund) => sum + refund.cents, 0);
    const wanted = Math.min(cents - live, choice % 2 ? cents : Math.ceil(cents / 3));
    if (wanted === 0) return;
    const refund = { id: `re_${intent}_${refunds.length}`, cents: wanted, hasFailed: false };
    refunds.push(refund);
    this.post.push(
      s.stripe.refundNamed(intent, refund.id, wanted, choice % 5 ? 'succeeded' : 'pending', 'refund.created'),
      s.stripe.refund(intent, live + wanted),
    );
  }

  private failRefund({ intent, refunds }: MoneyBack, choice: number): void {
    const live = refunds.filter(({ hasFailed }) => !hasFailed);
    const refund = live[choice % Math.max(1, live.length)];
    if (!refund) return;
    refund.hasFailed = true;
    this.post.push(s.stripe.refundNamed(intent, refund.id, refund.cents, choice % 2 ? 'failed' : 'canceled'));
  }

  private dispute(back: MoneyBack, choice: number): void {
    const steps = STEPS[back.dispute ?? 'none'] ?? [];
    const next = steps[choice % Math.max(1, steps.length)];
    if (next === undefined) return;
    back.dispute = next;
    this.post.push(s.stripe.dispute(back.intent, next));
    const funds = { needs_response: 'funds_withdrawn', won: 'funds_reinstated' }[next];
    if (funds !== undefined) this.post.push(s.stripe.dispute(back.intent, next, {}, funds));
  }

  private async redeem(): Promise<void> {
    const { code } = await s.w.done('credits/coupons/create', { coupon_type: 'credit_bonus', value: BONUS });
    const answer = await s.w.post('credits/coupons/redeem', { code }, { token: await s.w.as(this.user_id) });
    if (answer.status === 200) this.given += units(BONUS);
  }
}

function worthOf(payment: Json): Units {
  const what = payment.kind === 'upgrade' ? 'upgrade' : ((payment.package_code ?? payment.tier) as string);
  const price = units(payment.amount as string);
  const whole = units(WORTH[what]!);
  // an upgrade in the portal can be paid in part
  const credits = what === 'upgrade' && price < UPGRADE ? (whole * price) / UPGRADE : whole;
  const kept = price - units(payment.refunded as string) - units(payment.disputed as string);
  return kept <= 0n ? 0n : (credits * kept) / price + 1n; // credits clawed back are rounded half up
}

const acts = fc.constantFrom(
  'buy',
  'subscribe',
  'subscribe',
  'switch',
  'renew',
  'deliver',
  'deliver',
  'deliver',
  'deliver',
  'refund',
  'refund',
  'fail',
  'dispute',
  'dispute',
  'portal',
  'coupon',
  'spend',
  'wait',
);
const lives = fc.array(fc.tuple(acts, fc.nat(1_000)), { minLength: 12, maxLength: 24 });

describe('no order of purchases, plans, switches, changes at Stripe, coupons, refunds and disputes', () => {
  it(
    'results in more credits than were paid for or granted',
    async () => {
      await fc.assert(
        fc.asyncProperty(lives, async (life) => {
          const account = await Life.begin();
          for (const [act, choice] of life) {
            await account.do(act, choice);
            if (act === 'deliver') await account.check();
          }
          await account.end();
        }),
        { numRuns: RUNS, endOnFailure: true },
      );
    },
    TIMEOUT_MS,
  );
});
