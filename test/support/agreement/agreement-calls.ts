import { amount } from '../../../src/platform/values/amount.js';
import type { Call, Json, Terms } from './agreement-history.js';

/** The free calls of one account in the model: their number today, and their list price in the period. */
export class FreeCalls {
  /** A run with free calls begins and ends on the same day. */
  private today = 0;
  private worth = 0;
  private limit: number | null = null;

  clone(): FreeCalls {
    return Object.assign(new FreeCalls(), this);
  }

  get digest(): string {
    return `${this.today} ${this.worth} ${String(this.limit)}`;
  }

  /** The plan changes or renews. */
  adopt({ free_calls }: Terms): void {
    this.limit = free_calls;
  }

  beginPeriod(terms: Terms): void {
    this.adopt(terms);
    this.worth = 0;
  }

  /** Whether the account accepts a call; if so, counts it. */
  take({ amount: worth, body, answer }: Call): string | null {
    if (this.isFull && body?.settle !== true) return 'the free calls of the day are used up';
    this.today += 1;
    this.worth += worth;
    const isFree = answer.is_free_tier === true && answer.total_cost === '0.000000' && answer.transaction_id === null;
    return isFree ? null : `a free call was answered as ${JSON.stringify(answer)}`;
  }

  /** Returns why a call should not have been refused. */
  refused({ body, answer }: Call): string | null {
    if (!this.isFull || body?.settle === true) return 'the call was refused, the model says that it fits';
    const isSaid = answer.limit === this.limit && answer.limit_source === 'free_calls_per_day';
    return isSaid ? null : `the limit is ${String(this.limit)}, the answer says ${String(answer.limit)}`;
  }

  /** Returns the columns shown with the balance. */
  get view(): Json {
    return { free_tier_used: amount(BigInt(this.worth)) };
  }

  /** Returns the other stored columns. */
  get counters(): Json {
    return { free_calls_today: this.today, free_calls_per_day: this.limit };
  }

  private get isFull(): boolean {
    return this.limit !== null && this.today >= this.limit;
  }
}
