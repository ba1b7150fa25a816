import { amount } from '../../../src/platform/values/amount.js';
import {
  type Call,
  type History,
  instantOf,
  isDone,
  type Json,
  type Line,
  type Terms,
  unitsOf,
} from './agreement-history.js';
import { FreeCalls } from './agreement-calls.js';
import { MODEL_PERIOD_MS, MoneyModel } from '../model/model.js';

/** The reason why a response or a line does not agree with the model; null when it does. */
export type Mismatch = string | null;

const BONUS_SOURCES = new Set(['bonus', 'coupon', 'referral']);
/** Instants are stored in milliseconds, and `last_updated` can be ahead of the clock by some microseconds. */
const ROUNDING_MS = 1;
const READS = new Set(['balance', 'grants']);

/**
 * One account in the model of the money rules. Applies calls one after the other and compares the responses and the
 * stored rows with the model. To try a call that is possibly not the next one, use a clone.
 */
export class AccountModel {
  private is_open = false;
  private tier = 'trial';
  private bonus = 0;
  private allocated = 0;
  private refunded = new Map<string, number>();
  /**
   * The newest save that left a line. What it says first, it may go on with in another save of the same transaction.
   */
  private saved = { session: '', at: Number.NEGATIVE_INFINITY, is_preamble: false };
  /** The newest save of a transaction that was over when the one of `saved` began. */
  private saved_before = Number.NEGATIVE_INFINITY;
  private money: MoneyModel<string>;
  private free = new FreeCalls();

  constructor(
    private readonly history: History,
    private readonly terms: ReadonlyMap<string, Terms>,
  ) {
    this.money = new MoneyModel<string>(this.termsOf('trial'), 0);
  }

  clone(): AccountModel {
    const copy = Object.assign(new AccountModel(this.history, this.terms), this);
    copy.money = this.money.clone();
    copy.free = this.free.clone();
    copy.refunded = new Map(this.refunded);
    return copy;
  }

  /** Everything that later calls depend on, as text. */
  get digest(): string {
    const { money, saved } = this;
    const grants = money.grants.map(({ source, left, expires }) => `${source} ${left} ${String(expires)}`);
    const holds = [...money.holds].map(([id, { expires }]) => `${id} ${expires}`).toSorted();
    const clocks = [money.now, saved.session, saved.is_preamble, this.saved_before];
    const figures = [money.booked, money.debt, money.used, money.planUsed, money.cap, money.reset, this.tier];
    return [...clocks, ...figures, this.free.digest, ...grants, ...holds].join();
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

  /** Creates the account with its first line. */
  open(line: Line): Mismatch {
    if (this.is_open) return 'the account is opened a second time';
    const at = this.history.granted_at.get(line.id) ?? Number.NaN;
    const credits = this.termsOf('trial').credits;
    this.is_open = true;
    this.allocated = credits;
    this.money = new MoneyModel<string>(this.termsOf('trial'), at);
    this.money.reset = this.firstReset();
    this.free.adopt(this.termsOf('trial'));
    const opened_at = instantOf(this.history.account.created_at);
    // stored instants are rounded to milliseconds
    if (this.money.reset < opened_at + MODEL_PERIOD_MS - 1 || this.money.reset > line.at + MODEL_PERIOD_MS + 1) {
      return `the first period ends at ${timeOf(this.money.reset)}, the account was opened at ${timeOf(opened_at)}`;
    }
    this.money.grant('trial', credits, null);
    return this.booked([line], 'purchase');
  }

  /** Something that fell due by `instant` is booked, with exactly these lines. */
  book(instant: number, lines: readonly Line[]): Mismatch {
    const { money } = this;
    const [reset, held] = [money.reset, new Map(money.holds)];
    money.advance(Math.max(money.now, instant));
    if (money.reset !== reset) {
      this.allocated = money.tier.renews ? money.tier.credits : 0;
      this.free.beginPeriod(this.termsOf(this.tier));
    }
    const expired = [...held.keys()].filter((id) => !money.holds.has(id));
    if (lines.length === 0 && money.lines.length === 0 && expired.length === 0 && money.reset === reset) {
      return 'nothing was due';
    }
    for (const id of expired) {
      const { status, resolved_at } = this.history.holds.get(id)!;
      const isThen = Math.abs((resolved_at ?? 0) - money.now) <= ROUNDING_MS;
      if (status !== 'expired' || !isThen) return `the hold ${id} is due, but not booked as expired then`;
    }
    return this.booked(lines, null);
  }

  /** Whether something that fell due by the newest save that is surely over still waits to be booked. */
  isLate(next: Line | undefined): boolean {
    const by = this.overBefore(next);
    const { money } = this;
    if (Math.min(...this.dueInstants({ withHolds: true })) > by) return false;
    const later = money.clone();
    later.advance(Math.max(money.now, by));
    return later.lines.length > 0 || later.holds.size < money.holds.size || later.reset !== money.reset;
  }

  /** Whether a call without a line that looked at the clock then may come next, before the line `next`. */
  isTime(clock: number, next: Line | undefined): boolean {
    return clock >= this.saved_before - ROUNDING_MS && clock <= (next?.at ?? Number.POSITIVE_INFINITY) + ROUNDING_MS;
  }

  /** Whether a call without a line that looked at the clock then has to come before the line `next`. */
  isOver(clock: number, next: Line): boolean {
    return clock < this.overBefore(next) - ROUNDING_MS;
  }

  /** The newest save of a transaction that was over when the next line, or what comes without one, took its turn. */
  private overBefore(next: Line | undefined): number {
    const isNew = next && next.session !== this.saved.session && !this.saved.is_preamble;
    return isNew ? this.saved.at : this.saved_before;
  }

  /** Instants that a booking which ends by `until` may have looked at. */
  bookingInstants(until: number, lines: readonly Line[]): number[] {
    if (!this.is_open) return [];
    for (const line of lines) {
      const granted = this.history.granted_at.get(line.id);
      if (granted !== undefined) return [granted];
    }
    const expired = [...this.money.holds.keys()].flatMap((id) => {
      const hold = this.history.holds.get(id);
      return hold?.status === 'expired' ? hold.resolved_at! : [];
    });
    const due = [...this.dueInstants({ withHolds: false }), ...expired].map((instant) =>
      Math.max(instant, this.money.now),
    );
    return [...new Set(due)].filter((instant) => instant <= until).sort((a, b) => a - b);
  }

  /** Applies a successful call that had an effect, with its lines. */
  act(call: Call, lines: readonly Line[]): Mismatch {
    if (!this.is_open && call.kind !== 'move') return 'the account is not open yet';
    if (call.key !== undefined && this.history.makers.get(call.key) !== call)
      return `the key ${call.key} took effect twice`;
    const effect = call.kind === 'free' ? this.free.take(call) : this.effect(call, lines);
    return effect ?? this.booked(lines, typeOf(call)) ?? this.linesOf(call, lines) ?? this.answered(call);
  }

  /** Compares a call without effect with the current account: a refusal, a replay, a read. */
  explain(call: Call, isPlaced: (maker: Call) => boolean): Mismatch {
    if (!this.is_open) return 'the account is not open yet';
    const maker = call.key === undefined ? undefined : this.history.makers.get(call.key);
    // a hold that does not exist has no account whose keys could be known
    const isUnknownHold = call.hold_id !== undefined && call.answer.code === 'not_found';
    if (maker && isPlaced(maker) && !isUnknownHold) return this.replayed(call, maker);
    if (call.hit) return 'a replay of a key that was not used';
    if (READS.has(call.kind))
      return call.kind === 'balance' ? this.differsFrom(call.answer) : this.grantsDiffer(call.answer);
    return call.kind === 'free' && call.status === 429 ? this.free.refused(call) : this.refused(call);
  }

  /** Compares the final stored rows. */
  ended(): Mismatch {
    const { account, holds } = this.history;
    const active = [...holds.values()].filter(({ status }) => status === 'active').map(({ id }) => id);
    if (active.toSorted().join() !== [...this.money.holds.keys()].toSorted().join()) {
      return `active holds: stored ${active.join(', ')}, the model says ${[...this.money.holds.keys()].join(', ')}`;
    }
    const { total, debt, booked, locked } = this.money;
    if (booked !== total - debt)
      return `the model itself is off: ${booked} was booked, it has ${total} and owes ${debt}`;
    const { available: _, ...stored } = this.view();
    return compare({ ...stored, ...this.free.counters, capped: amount(BigInt(locked)) }, account);
  }

  private effect(call: Call, lines: readonly Line[]): Mismatch {
    const { money } = this;
    const { amount: size, hold_id = '' } = call;
    switch (call.kind) {
      case 'deduct':
        return money.deduct(size);
      case 'settle':
        money.settle(size);
        return null;
      case 'hold':
        return money.hold(call.answer.id as string, size, instantOf(call.answer.expires_at));
      case 'capture':
      case 'release':
      case 'extend':
        return money.holds.has(hold_id) ? this.resolve(call, hold_id) : `the hold ${hold_id} is not active`;
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

  private resolve(call: Call, id: string): Mismatch {
    if (call.kind === 'extend') return this.extend(call, id);
    if (call.kind === 'capture') this.money.capture(id, call.amount);
    else this.money.release(id);
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
    this.allocated = money.tier.credits;
    return null;
  }

  private replayed(call: Call, maker: Call): Mismatch {
    if (call.path !== maker.path || JSON.stringify(call.body) !== JSON.stringify(maker.body)) {
      return call.answer.code === 'idempotency_conflict' ? null : 'a key of another request was accepted';
    }
    if (!isDone(call) || !call.hit) return `the key was used before, but the answer is ${call.status} and no replay`;
    const recorded = ['transaction_id', 'amount', 'balance_after', 'id'];
    const first = Object.fromEntries(recorded.map((name) => [name, maker.answer[name]]));
    return (
      compare(first, call.answer) ??
      (call.kind === 'free' || isOfBatch(call)
        ? null
        : call.answer.captured_amount === undefined
          ? this.differsFrom(call.answer)
          : this.holdDiffers(call.answer))
    );
  }

  private refused(call: Call): Mismatch {
    const { answer, status, hold_id = '', refund_of = '' } = call;
    if (status === 503) return null; // no effect, or a line without a response
    if (status === 402) return this.unaffordable(call);
    switch (answer.code) {
      case 'hold_already_resolved':
        return this.money.holds.has(hold_id)
          ? 'the hold is still active'
          : compare({ hold_status: this.history.holds.get(hold_id)?.status }, answer);
      case 'refund_exceeds_charge': {
        const left = this.refundable(refund_of);
        if (call.amount <= left) return `${left} units of the charge are left to refund`;
        return compare({ refundable: amount(BigInt(left)) }, answer);
      }
      case 'invalid_expiry':
        return (call.expires_at ?? Number.POSITIVE_INFINITY) > call.answered_at ? 'the expiry was still to come' : null;
      case 'not_found':
        return this.isThere(call) ? 'the thing exists' : null;
      default:
        return `an unexpected answer: ${status} ${JSON.stringify(answer)}`;
    }
  }

  private isThere({ hold_id = '', refund_of = '' }: Call): boolean {
    return this.history.line_by_id.has(refund_of) || this.history.holds.has(hold_id);
  }

  private unaffordable({ answer, amount: size }: Call): Mismatch {
    const verdict = this.money.judge(size);
    if (verdict !== answer.code) {
      return `refused as ${String(answer.code)}, the model says ${verdict ?? 'that it fits'}`;
    }
    const { available, monthly_cap, reset_date: resets_at } = this.view();
    const extra = verdict === 'monthly_cap_exceeded' ? { monthly_cap, resets_at } : {};
    return compare({ required: amount(BigInt(size)), available, ...extra }, answer);
  }

  private refundable(id: string): number {
    const charge = this.history.line_by_id.get(id);
    return charge?.type === 'usage' ? -charge.amount - (this.refunded.get(id) ?? 0) : 0;
  }

  /** Compares stored lines with those that the model has just booked. */
  private booked(lines: readonly Line[], type: string | null): Mismatch {
    const { money } = this;
    const [expected, stored] = [money.lines, lines.map((line) => line.amount)].map((list) =>
      list.toSorted((a, b) => a - b).join(),
    );
    if (expected !== stored)
      return `lines of ${stored || 'nothing'} are stored, the model books ${expected || 'nothing'}`;
    let after = money.booked - money.lines.reduce((sum, units) => sum + units, 0);
    for (const line of lines) {
      after += line.amount;
      if (line.balance_after !== after)
        return `the line ${line.id} says ${line.balance_after} afterwards, the model ${after}`;
      if (line.at < money.now)
        return `the line ${line.id} was booked at ${timeOf(line.at)}, before ${timeOf(money.now)}`;
      const natural = line.amount < 0 ? 'adjustment' : 'purchase';
      if (line.type !== (type ?? natural)) return `the line ${line.id} is a ${line.type}`;
      if (line.session === this.saved.session) continue;
      const is_preamble = line.is_bookkeeping || line.is_opening;
      if (is_preamble || !this.saved.is_preamble) this.saved_before = this.saved.at;
      this.saved = { session: line.session, at: line.at, is_preamble };
    }
    money.lines = [];
    return null;
  }

  private linesOf(call: Call, lines: readonly Line[]): Mismatch {
    for (const line of lines) {
      const { hold_id = null, refund_of = null } = call;
      if (line.hold_id !== hold_id || line.refund_of !== refund_of)
        return `the line ${line.id} names another hold or charge`;
    }
    const [line] = lines;
    if (!line || !isOfBatch(call)) return null;
    return compare({ transaction_id: line.id, balance_after: amount(BigInt(line.balance_after)) }, call.answer);
  }

  private answered(call: Call): Mismatch {
    const { answer, amount: size } = call;
    if (call.kind === 'move' || call.kind === 'free' || isOfBatch(call)) return null;
    if (answer.captured_amount !== undefined) {
      if (call.kind === 'hold') {
        const ttl = (call.body!.ttl_seconds as number) * 1000;
        if (instantOf(answer.expires_at) !== instantOf(answer.created_at) + ttl)
          return 'the hold lives for another time';
      }
      const captured = call.kind === 'capture' ? size : 0;
      return compare({ captured_amount: amount(BigInt(captured)) }, answer) ?? this.holdDiffers(answer, call.kind);
    }
    return this.differsFrom(answer);
  }

  /** A hold as it stands; of one that is resolved, what it became is stored. */
  private holdDiffers(answer: Json, kind?: string): Mismatch {
    const id = answer.id as string;
    const [active, stored] = [this.money.holds.get(id), this.history.holds.get(id)];
    if (!stored) return `the hold ${id} is not stored`;
    const status = active ? 'active' : stored.status;
    if (kind === 'capture' && status !== 'captured') return `a captured hold is stored as ${status}`;
    const captured_amount = amount(BigInt(active ? 0 : stored.captured));
    return compare({ status, captured_amount, ...(active ? { expires_at: timeOf(active.expires) } : {}) }, answer);
  }

  private differsFrom(answer: Json): Mismatch {
    return compare(this.view(), answer);
  }

  private grantsDiffer(answer: Json): Mismatch {
    const [stored, expected] = [
      (answer.list as Json[]).map(
        (g) => `${String(g.source)} ${unitsOf(g.remaining)} ${String(g.expires_at)} ${String(g.created_at)}`,
      ),
      this.money.grants
        .filter(({ left }) => left > 0)
        .map((g) => `${g.source} ${g.left} ${g.expires === null ? 'null' : timeOf(g.expires)} ${timeOf(g.since)}`),
    ].map((list) => list.toSorted().join('; '));
    return stored === expected ? null : `grants: answered ${stored!}, the model says ${expected!}`;
  }

  private view(): Json & { available: string } {
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

  private dueInstants({ withHolds }: { withHolds: boolean }): number[] {
    const { grants, holds, reset } = this.money;
    const expiries = grants.flatMap(({ left, expires }) => (left > 0 && expires !== null ? [expires] : []));
    return [reset, ...expiries, ...(withHolds ? [...holds.values()].map(({ expires }) => expires) : [])];
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

/** The result of a record of a batch, which has no columns of the account. */
const isOfBatch = ({ answer }: Call): boolean => answer.index !== undefined;

const timeOf = (instant: number): string => new Date(instant).toISOString();

function typeOf({ kind, source }: Call): string | null {
  if (kind === 'refund') return 'refund';
  if (kind === 'grant')
    return BONUS_SOURCES.has(source!) ? 'bonus' : source === 'adjustment' ? 'adjustment' : 'purchase';
  return kind === 'reset' ? null : 'usage';
}

/** Returns the first member of `found` that is not as expected. Notations of amounts and instants do not matter. */
function compare(expected: Json, found: Json): Mismatch {
  for (const [name, value] of Object.entries(expected)) {
    if (canonical(value ?? null) !== canonical(found[name] ?? null))
      return `${name}: found ${String(found[name])}, the model says ${String(value)}`;
  }
  return null;
}

function canonical(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (/^\d{4}-.*Z$/.test(text)) return new Date(text).toISOString();
  return /^-?\d+\.\d+$/.test(text) ? amount(BigInt(unitsOf(text))) : text;
}
