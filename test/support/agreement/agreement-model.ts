import { amount } from '../../../src/platform/values/amount.js';
import { MODEL_PERIOD_MS } from '../model/model.js';
import { BONUS_SOURCES, ModelAccount } from './agreement-account.js';
import { budgetsDiffer } from './agreement-budgets.js';
import { answered, differsFrom, grantsDiffer, isOfBatch, refused, replayed } from './agreement-answers.js';
import { compare, type Mismatch, timeOf } from './agreement-compare.js';
import { type Call, type History, instantOf, type Line, type Terms } from './agreement-history.js';

/** Instants are stored in milliseconds, and `last_updated` can be ahead of the clock by some microseconds. */
const ROUNDING_MS = 1;

/**
 * One account in the model of the money rules. Applies calls one after the other and compares the responses and the
 * stored rows with the model. To try a call that is possibly not the next one, use a clone.
 */
export class AccountModel {
  private account: ModelAccount;
  /**
   * The newest save that left a line. What it says first, it may go on with in another save of the same transaction.
   */
  private saved = { session: '', at: Number.NEGATIVE_INFINITY, is_preamble: false };
  /** The newest save of a transaction that was over when the one of `saved` began. */
  private saved_before = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly history: History,
    private readonly terms: ReadonlyMap<string, Terms>,
  ) {
    this.account = new ModelAccount(history, terms);
  }

  clone(): AccountModel {
    const copy = Object.assign(new AccountModel(this.history, this.terms), this);
    copy.account = this.account.clone();
    return copy;
  }

  /** Everything that later calls depend on, as text. */
  get digest(): string {
    const { account, saved, saved_before } = this;
    return [saved.session, saved.is_preamble, saved_before, account.digest].join();
  }

  describe(): string {
    return this.account.describe();
  }

  /** Creates the account with its first line. */
  open(line: Line): Mismatch {
    const { account } = this;
    if (account.is_open) return 'the account is opened a second time';
    const credits = account.open(this.history.granted_at.get(line.id) ?? Number.NaN);
    const { money } = account;
    const opened_at = instantOf(this.history.account.created_at);
    // stored instants are rounded to milliseconds
    if (money.reset < opened_at + MODEL_PERIOD_MS - 1 || money.reset > line.at + MODEL_PERIOD_MS + 1) {
      return `the first period ends at ${timeOf(money.reset)}, the account was opened at ${timeOf(opened_at)}`;
    }
    money.grant('trial', credits, money.now + MODEL_PERIOD_MS);
    return this.booked([line], 'purchase');
  }

  /** Something that fell due by `instant` is booked, with exactly these lines. */
  book(instant: number, lines: readonly Line[]): Mismatch {
    const { money } = this.account;
    const [reset, held] = [money.reset, new Map(money.holds)];
    this.account.advance(instant);
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
    const { money } = this.account;
    if (Math.min(...this.account.dueInstants({ withHolds: true })) > by) return false;
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
    if (!this.account.is_open) return [];
    for (const line of lines) {
      const granted = this.history.granted_at.get(line.id);
      if (granted !== undefined) return [granted];
    }
    const expired = [...this.account.money.holds.keys()].flatMap((id) => {
      const hold = this.history.holds.get(id);
      return hold?.status === 'expired' ? hold.resolved_at! : [];
    });
    const due = [...this.account.dueInstants({ withHolds: false }), ...expired].map((instant) =>
      Math.max(instant, this.account.money.now),
    );
    return [...new Set(due)].filter((instant) => instant <= until).sort((a, b) => a - b);
  }

  /** Applies a successful call that had an effect, with its lines. */
  act(call: Call, lines: readonly Line[]): Mismatch {
    if (!this.account.is_open && call.kind !== 'move') return 'the account is not open yet';
    if (call.key !== undefined && this.history.makers.get(call.key) !== call)
      return `the key ${call.key} took effect twice`;
    const { account } = this;
    const refusal = call.kind === 'free' ? account.free.take(call) : account.apply(call, lines);
    return refusal ?? this.booked(lines, typeOf(call)) ?? linesDiffer(call, lines) ?? answered(account, call);
  }

  /** Compares a call without effect with the current account: a refusal, a replay, a read. */
  explain(call: Call, isPlaced: (maker: Call) => boolean): Mismatch {
    const { account } = this;
    if (!account.is_open) return 'the account is not open yet';
    if (call.status === 503) return null; // no effect, or a line without a response
    const maker = call.key === undefined ? undefined : this.history.makers.get(call.key);
    // a hold that does not exist has no account whose keys could be known
    const isUnknownHold = call.hold_id !== undefined && call.answer.code === 'not_found';
    if (maker && isPlaced(maker) && !isUnknownHold) return replayed(account, call, maker);
    if (call.hit) return 'a replay of a key that was not used';
    if (call.kind === 'balance') return differsFrom(account, call.answer);
    if (call.kind === 'grants') return grantsDiffer(account, call.answer);
    return call.kind === 'free' && call.status === 429 ? account.free.refused(call) : refused(account, call);
  }

  /** Compares the final stored rows. */
  ended(): Mismatch {
    const { money, free } = this.account;
    const active = [...this.history.holds.values()].filter(({ status }) => status === 'active').map(({ id }) => id);
    if (active.toSorted().join() !== [...money.holds.keys()].toSorted().join()) {
      return `active holds: stored ${active.join(', ')}, the model says ${[...money.holds.keys()].join(', ')}`;
    }
    const { total, debt, booked, locked } = money;
    if (booked !== total - debt)
      return `the model itself is off: ${booked} was booked, it has ${total} and owes ${debt}`;
    const { available: _, ...stored } = this.account.view();
    const mismatch = budgetsDiffer(this.account.budgets.all, this.history.budgets);
    return mismatch ?? compare({ ...stored, ...free.counters, capped: amount(BigInt(locked)) }, this.history.account);
  }

  /** Compares stored lines with those that the model has just booked. */
  private booked(lines: readonly Line[], type: string | null): Mismatch {
    const { money } = this.account;
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
}

function linesDiffer(call: Call, lines: readonly Line[]): Mismatch {
  for (const line of lines) {
    const { hold_id = null, refund_of = null } = call;
    if (line.hold_id !== hold_id || line.refund_of !== refund_of)
      return `the line ${line.id} names another hold or charge`;
  }
  const [line] = lines;
  if (!line || !isOfBatch(call)) return null;
  return compare({ transaction_id: line.id, balance_after: amount(BigInt(line.balance_after)) }, call.answer);
}

function typeOf({ kind, source }: Call): string | null {
  if (kind === 'refund') return 'refund';
  if (kind === 'grant')
    return BONUS_SOURCES.has(source!) ? 'bonus' : source === 'adjustment' ? 'adjustment' : 'purchase';
  return kind === 'reset' ? null : 'usage';
}
