/**
 * A second implementation of the money rules, as a sequential model with plain numbers of units. Every charge burns its
 * grants immediately; nothing is deferred, and no code is shared with the code under test.
 */
export const MODEL_PERIOD_MS = 30 * 86_400_000;

/** Burn order of the sources: plan credits first, purchased ones last. */
const ORDER: Record<string, number> = {
  trial: 1,
  plan: 1,
  bonus: 2,
  coupon: 2,
  referral: 2,
  refund: 3,
  adjustment: 3,
  purchase: 4,
};

export interface ModelTier {
  credits: number;
  cap: number | null;
  rollover: number;
  renews: boolean;
}

interface ModelGrant {
  source: string;
  left: number;
  expires: number | null;
  since: number;
}

export type Verdict = 'insufficient_credits' | 'monthly_cap_exceeded' | 'credits_on_hold' | null;

export class MoneyModel<HoldId = number> {
  grants: ModelGrant[] = [];
  /** Amount and expiry by id. */
  holds = new Map<HoldId, { size: number; expires: number }>();
  debt = 0;
  planUsed = 0;
  used = 0;
  cap: number | null;
  /** Plan credits that were burned beyond the cap. */
  beyondCap = 0;
  reset: number;
  /** Sum of all ledger lines. */
  booked = 0;
  /** Amounts of the ledger lines that were not taken yet. */
  lines: number[] = [];

  constructor(
    public tier: ModelTier,
    public now: number,
  ) {
    this.cap = tier.cap;
    this.reset = now + MODEL_PERIOD_MS;
  }

  /** Returns a copy of the account, to try a call. */
  clone(): MoneyModel<HoldId> {
    const copy = Object.assign(new MoneyModel<HoldId>(this.tier, this.now), this);
    copy.grants = this.grants.filter(({ left }) => left > 0).map((grant) => ({ ...grant }));
    copy.holds = new Map([...this.holds].map(([id, hold]) => [id, { ...hold }]));
    copy.lines = [...this.lines];
    return copy;
  }

  get total(): number {
    return this.grants.reduce((sum, grant) => sum + grant.left, 0);
  }

  get held(): number {
    return [...this.holds.values()].reduce((sum, hold) => sum + hold.size, 0);
  }

  get planLeft(): number {
    return this.grants.filter(isPlan).reduce((sum, grant) => sum + grant.left, 0);
  }

  get locked(): number {
    return this.cap === null ? 0 : Math.max(0, this.planLeft - Math.max(0, this.cap - this.planUsed));
  }

  judge(amount: number): Verdict {
    if (this.debt > 0) return 'insufficient_credits';
    if (this.total - this.held - this.locked >= amount) return null;
    if (this.total < amount) return 'insufficient_credits';
    return this.total - this.locked >= amount ? 'credits_on_hold' : 'monthly_cap_exceeded';
  }

  deduct(amount: number): Verdict {
    const verdict = this.judge(amount);
    if (verdict === null) this.charge(amount, amount);
    return verdict;
  }

  settle(amount: number): void {
    const paid = Math.min(amount, this.total - this.held);
    this.charge(amount, paid);
    this.debt += amount - paid;
  }

  hold(id: HoldId, amount: number, expires: number): Verdict {
    const verdict = this.judge(amount);
    if (verdict === null) this.holds.set(id, { size: amount, expires });
    return verdict;
  }

  capture(id: HoldId, amount: number): void {
    const { size } = this.holds.get(id) as { size: number };
    this.holds.delete(id);
    const within = Math.min(size, amount);
    this.charge(within, within);
    this.payDebt(size - within);
    if (amount > size) this.settle(amount - size);
  }

  release(id: HoldId): void {
    const { size } = this.holds.get(id) as { size: number };
    this.holds.delete(id);
    this.payDebt(size);
  }

  /** @param since when the grant is booked */
  grant(source: string, amount: number, expires: number | null, since = this.now): void {
    const paid = Math.min(amount, this.debt);
    this.debt -= paid;
    this.book(amount);
    if (isPlan({ source })) this.planUsed += paid;
    this.grants.push({ source, left: amount - paid, expires, since });
  }

  setCap(cap: number | null): void {
    this.cap = cap;
  }

  /** Advances the time, from one due instant to the next. */
  advance(until: number): void {
    this.expire(); // grants that only backed a hold
    for (let next = this.nextEvent(until); next <= until; next = this.nextEvent(until)) {
      this.now = next;
      for (const [id, hold] of this.holds) if (hold.expires <= next) this.release(id);
      if (this.reset <= next) this.renew(until);
      this.expire();
    }
    this.now = until;
  }

  /** Returns the next time at which a hold or a grant expires or the period ends. */
  private nextEvent(until: number): number {
    const holds = [...this.holds.values()].map(({ expires }) => expires);
    const grants = this.grants.filter(({ left }) => left > 0).map(({ expires }) => expires ?? Number.POSITIVE_INFINITY);
    const later = [...holds, ...grants, this.reset].filter((instant) => instant > this.now);
    return Math.min(...later, until + 1);
  }

  /** Lapses expired grants in the order of expiry, except credits that back holds. */
  expire(): void {
    const expired = this.inOrder().filter(({ expires }) => (expires ?? Number.POSITIVE_INFINITY) <= this.now);
    for (const grant of expired.toSorted((a, b) => Number(a.expires) - Number(b.expires)))
      this.lapse(grant, grant.left);
  }

  /** Starts a new period now, as an admin does. */
  restart(): void {
    this.reset = this.now + MODEL_PERIOD_MS;
    this.lapsePlan(0);
    this.startPeriod(true, this.now);
  }

  /** Missed periods grant nothing: only the current one does. */
  private renew(until: number): void {
    while (this.reset <= until) this.reset += MODEL_PERIOD_MS;
    if (this.tier.renews) this.lapsePlan(this.tier.rollover);
    this.startPeriod(this.tier.renews, until);
  }

  private startPeriod(gives: boolean, booked_at: number): void {
    this.planUsed = 0;
    this.used = 0;
    if (gives && this.tier.credits > 0) this.grant('plan', this.tier.credits, this.reset, booked_at);
  }

  private lapsePlan(rollover: number): void {
    let surplus = Math.max(0, this.planLeft - rollover);
    for (const grant of this.inOrder().filter(isPlan)) {
      const share = Math.min(surplus, grant.left);
      surplus -= share;
      const kept = grant.left - share;
      this.lapse(grant, share);
      const stuck = grant.left - kept;
      if (stuck === 0 && kept > 0) {
        grant.expires = this.reset;
        continue;
      }
      grant.left = stuck;
      // credits that back a hold lapse as soon as the hold is resolved
      grant.expires = Math.min(grant.expires ?? Number.POSITIVE_INFINITY, Math.max(this.now, grant.since + 1));
      if (kept > 0) this.grants.push({ ...grant, left: kept, expires: this.reset });
    }
  }

  private lapse(grant: ModelGrant, most: number): void {
    const spare = Math.max(0, this.total - this.held - (isPlan(grant) ? 0 : this.locked));
    const taken = Math.min(grant.left, most, spare);
    grant.left -= taken;
    this.book(-taken);
  }

  private charge(amount: number, paid: number): void {
    this.book(-amount);
    this.used += amount;
    this.burn(paid);
  }

  private book(amount: number): void {
    this.booked += amount;
    if (amount !== 0) this.lines.push(amount);
  }

  private payDebt(freed: number): void {
    const paid = Math.min(freed, this.debt);
    this.debt -= paid;
    this.burn(paid);
  }

  private burn(amount: number): void {
    let left = amount;
    const take = (grant: ModelGrant, most: number): void => {
      const taken = Math.min(left, grant.left, most);
      grant.left -= taken;
      left -= taken;
      if (isPlan(grant)) this.planUsed += taken;
    };
    for (const grant of this.inOrder()) {
      take(grant, isPlan(grant) && this.cap !== null ? Math.max(0, this.cap - this.planUsed) : left);
    }
    this.beyondCap += left;
    for (const grant of this.inOrder()) take(grant, left);
    if (left !== 0) throw new Error(`the model is short of ${left} units`);
  }

  private inOrder(): ModelGrant[] {
    const never = Number.POSITIVE_INFINITY;
    return this.grants.toSorted(
      (a, b) =>
        (ORDER[a.source] ?? 0) - (ORDER[b.source] ?? 0) ||
        ((a.expires ?? never) === (b.expires ?? never) ? 0 : (a.expires ?? never) - (b.expires ?? never)) ||
        a.since - b.since,
    );
  }
}

function isPlan({ source }: { source: string }): boolean {
  return source === 'plan' || source === 'trial';
}
