import { amount } from '../../../src/platform/values/amount.js';
import { ModelBudgets } from '../model/budgets.js';
import { MODEL_PERIOD_MS, MoneyModel } from '../model/model.js';
import { modelOf, workOf } from './agreement-budgets.js';
import { FreeCalls } from './agreement-calls.js';
import { type Mismatch, timeOf } from './agreement-compare.js';
import { type Call, type History, instantOf, isDone, type Json, type Line, type Terms } from './agreement-history.js';

/** Sources whose grants count as bonus credits. */
export const BONUS_SOURCES = new Set(['bonus', 'coupon', 'referral']);

/** The figures of one account in the model of the money rules, and what calls do to them. */
export class ModelAccount {
  is_open = false;
  money: MoneyModel<string>;
  free = new FreeCalls();
  budgets: ModelBudgets;
  private tier = 'trial';
  private bonus = 0;
  private allocated = 0;
  private refunded = new Map<string, number>();

  constructor(
    readonly history: History,
    private readonly terms: ReadonlyMap<string, Terms>,
  ) {
    this.money = new MoneyModel<string>(this.termsOf('trial'), 0);
    this.budgets = new ModelBudgets(history.budgets.map(modelOf));
  }

  clone(): ModelAccount {
    const copy = Object.assign(new ModelAccount(this.history, this.terms), this);
    copy.money = this.money.clone();
    copy.free = this.free.clone();
    copy.budgets = this.budgets.clone();
    copy.refunded = new Map(this.refunded);
    return copy;
  }

  /** Everything that later calls depend on, as text. */
  get digest(): string {
    const { money } = this;
    const grants = money.grants.map(({ source, left, expires }) => `${source} ${left} ${String(expires)}`);
    const holds = [...money.holds].map(([id, { expires }]) => `${id} ${expires}`).toSorted();
    const figures = [money.booked, money.debt, money.used, money.planUsed, money.cap, money.reset, this.tier];
    return [money.now, ...figures, this.free.digest, this.budgets.digest, ...grants, ...holds].join();
  }

  describe(): string {
    const { money } = this;
    const credits = (units: number): string => amount(BigInt(units));
    const grants = money.grants
      .filter(({ left }) => left > 0)
      .map((g) => `${g.source} ${credits(g.left)}${g.expires === null ? '' : ` until ${timeOf(g.expires)}`}`);
    const holds = [...money.holds.values()].map((h) => `${credits(h.size)} until ${timeOf(h.expires)}`);
    const figures = Object.entries(this.view()).map(([name, value]) => `${name} ${String(value)}`);
    return `${figures.join(', ')}, locked by the cap ${credits(money.locked)}\n  grants: ${grants.join('; ')}\n  holds: ${holds.join('; ')}`;
  }

  /** Opens the account at an instant, still without its first grant. @returns the credits of that grant */
  open(at: number): number {
    const terms = this.termsOf('trial');
    this.is_open = true;
    this.allocated = terms.credits;
    this.money = new MoneyModel<string>(terms, at);
    this.money.reset = this.firstReset();
    this.free.adopt(terms);
    return terms.credits;
  }

  /** Books what fell due by an instant. */
  advance(instant: number): void {
    const { money } = this;
    const { reset } = money;
    money.advance(Math.max(money.now, instant));
    this.budgets.keepOnly(money.holds);
    if (money.reset === reset) return;
    this.allocated = money.tier.renews ? money.tier.credits : 0;
    this.free.beginPeriod(this.termsOf(this.tier));
    this.budgets.beginPeriod();
  }

  /** Applies a call that is not free. @returns why the account could not accept it */
  apply(call: Call, lines: readonly Line[]): Mismatch {
    const { money } = this;
    const { amount: size, hold_id = '' } = call;
    switch (call.kind) {
      case 'deduct':
      case 'settle':
      case 'hold':
        return this.spend(call);
      case 'boost':
        this.budgets.boost(call.budget_id!, size);
        return null;
      case 'capture':
      case 'release':
      case 'extend':
        return this.resolve(call, hold_id);
      case 'grant':
      case 'refund':
        return this.give(call, lines);
      case 'cap':
        money.setCap(call.cap ?? null);
        return null;
      case 'reset':
        return this.restart(call);
      case 'move':
        money.reset = call.reset_date!;
        money.grants.filter(({ source }) => source === 'plan').forEach((grant) => (grant.expires = money.reset));
        return null;
      default:
        return 'a read has no effect';
    }
  }

  private spend(call: Call): Mismatch {
    const { money, budgets } = this;
    const { kind, amount: size, answer } = call;
    const work = workOf(call);
    if (kind !== 'settle' && budgets.refuse(work, size).length > 0) return 'a budget refuses it';
    if (kind === 'hold') {
      const id = answer.id as string;
      budgets.hold(id, work, size);
      return money.hold(id, size, instantOf(answer.expires_at));
    }
    budgets.charge(work, size);
    if (kind === 'deduct') return money.deduct(size);
    money.settle(size);
    return null;
  }

  private resolve(call: Call, id: string): Mismatch {
    if (!this.money.holds.has(id)) return `the hold ${id} is not active`;
    if (call.kind === 'extend') return this.extend(call, id);
    const work = this.budgets.release(id);
    if (call.kind === 'capture') {
      this.money.capture(id, call.amount);
      this.budgets.charge(work, call.amount);
    } else this.money.release(id);
    return null;
  }

  private extend(call: Call, id: string): Mismatch {
    const hold = this.money.holds.get(id)!;
    const until = instantOf(call.answer.expires_at);
    if (until < hold.expires) return `the hold was shortened from ${timeOf(hold.expires)} to ${timeOf(until)}`;
    hold.expires = until;
    return null;
  }

  private give(call: Call, lines: readonly Line[]): Mismatch {
    const { money } = this;
    const source = call.kind === 'refund' ? 'refund' : call.source!;
    if (call.refund_of !== undefined) {
      const left = this.refundable(call.refund_of);
      if (call.amount > left) return `only ${left} units of the charge are left to refund`;
      this.refunded.set(call.refund_of, (this.refunded.get(call.refund_of) ?? 0) + call.amount);
    }
    money.now = Math.max(money.now, this.history.granted_at.get(lines[0]!.id) ?? Number.NaN);
    money.grant(source, call.amount, call.expires_at ?? (source === 'plan' ? money.reset : null));
    if (BONUS_SOURCES.has(source)) this.bonus += call.amount;
    return null;
  }

  private restart(call: Call): Mismatch {
    const { money } = this;
    this.tier = call.tier ?? this.tier;
    money.tier = this.termsOf(this.tier);
    const capIsSet = this.history.calls.some(
      (other) => other.kind === 'cap' && isDone(other) && other.start < call.end,
    );
    if (call.tier !== undefined) {
      if (capIsSet) return 'the test itself is wrong: it may change the tier only while the cap follows it';
      money.cap = money.tier.cap;
    }
    money.now = Math.max(money.now, instantOf(call.answer.reset_date) - MODEL_PERIOD_MS);
    money.restart();
    this.free.beginPeriod(this.termsOf(this.tier));
    this.budgets.beginPeriod();
    this.allocated = money.tier.credits;
    return null;
  }

  /** Units of a charge that are left to refund. */
  refundable(id: string): number {
    const charge = this.history.line_by_id.get(id);
    return charge?.type === 'usage' ? -charge.amount - (this.refunded.get(id) ?? 0) : 0;
  }

  /** Instants at which something falls due by itself. */
  dueInstants({ withHolds }: { withHolds: boolean }): number[] {
    const { grants, holds, reset } = this.money;
    const expiries = grants.flatMap(({ left, expires }) => (left > 0 && expires !== null ? [expires] : []));
    return [reset, ...expiries, ...(withHolds ? [...holds.values()].map(({ expires }) => expires) : [])];
  }

  /** The figures as the API shows them. */
  view(): Json & { available: string } {
    const { money } = this;
    const text = (units: number): string => amount(BigInt(units));
    return {
      balance: text(money.total),
      held: text(money.held),
      debt: text(money.debt),
      available: text(money.debt > 0 ? 0 : money.total - money.held),
      used_this_period: text(money.used),
      bonus_credits: text(this.bonus),
      allocated_monthly: text(this.allocated),
      monthly_cap: money.cap === null ? null : text(money.cap),
      tier: this.tier,
      ...this.free.view,
      reset_date: timeOf(money.reset),
    };
  }

  /** The end of the first period, taken from the first response that contains it. */
  private firstReset(): number {
    const reported = this.history.calls
      .filter(({ answer }) => answer.reset_date !== undefined)
      .toSorted((a, b) => a.end - b.end)[0]?.answer.reset_date;
    return instantOf(reported ?? this.history.account.reset_date);
  }

  private termsOf(tier: string): Terms {
    return this.terms.get(tier)!;
  }
}
