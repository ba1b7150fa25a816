import type { budget_unit } from '../../generated/prisma/enums.js';
import type { EventObject } from '../../events/event-types.js';
import { AMOUNT_LIMIT, amount, max, min, type Units } from '../../platform/values/amount.js';
import type { Period } from '../../platform/values/calendar.js';
import {
  allowance,
  type Budget,
  type BudgetedWork,
  headroom,
  isAbout,
  ONE,
  overrun,
  type Sizes,
  sourceOf,
  thresholdAt,
} from './budget.js';
import { type BudgetRefusal, budgetRefusal } from './budget-refusal.js';
import { isRolling, type PlanPeriod, windowAt } from './budget-window.js';

/** An event about a budget that is not stored yet. */
export interface BudgetEvent {
  type: 'budget.threshold_reached' | 'budget.exceeded' | 'budget.recovered';
  object: EventObject<'budget.exceeded'>;
}

/** The largest value of a counter. Counters stop there instead of overflowing. */
const COUNTER_MAX = AMOUNT_LIMIT - 1n;

/**
 * The active budgets of a locked account. Decides whether new work fits, counts what is charged and held, and notes the
 * events about it. Pure: the changes are collected here; the repository stores them.
 */
export class BudgetBook {
  readonly events: BudgetEvent[] = [];
  private readonly changes = new Set<Budget>();

  constructor(
    readonly budgets: readonly Budget[],
    /** The time of the account's lock. */
    private readonly now: Date,
  ) {}

  /** Whether any budget is in force. */
  get isInForce(): boolean {
    return this.budgets.some(({ is_active }) => is_active);
  }

  /** When the next exceeded budget begins a new window, which can make room again; null for none. */
  get recoversAt(): Date | null {
    const ends = this.budgets.filter((b) => b.is_active && b.is_exceeded).map(({ resets_at }) => resets_at);
    return ends.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
  }

  /** The budgets whose counters or state changed. */
  get changed(): ReadonlySet<Budget> {
    return this.changes;
  }

  /**
   * Decides whether new work fits all budgets; null means yes. Otherwise names the tightest budget: the one that allows
   * the least part of the work. Work that costs nothing fits every budget.
   */
  refuse(work: BudgetedWork, sizes: Sizes): BudgetRefusal | null {
    if (sizes.credits === 0n) return null;
    const full = this.about(work).filter((budget) => budget.on_exceed === 'block' && !hasRoom(budget, sizes));
    const tightest = full.toSorted((a, b) => byTightness(a, b, sizes))[0];
    if (!tightest) return null;
    this.exceed(tightest);
    return budgetRefusal(tightest, sizes[tightest.unit]);
  }

  /** Counts a charge, finished work included. */
  charge(work: BudgetedWork, sizes: Sizes): void {
    for (const budget of this.about(work)) {
      if (sizes[budget.unit] === 0n) continue;
      budget.used = min(budget.used + sizes[budget.unit], COUNTER_MAX);
      this.changes.add(budget);
      this.report(budget);
    }
  }

  /** Counts a hold until it is resolved. Its tokens are not known yet. */
  hold(work: BudgetedWork, sizes: Sizes): void {
    this.moveHeld(work, sizes, 1n);
  }

  /** Gives back what a hold set aside. */
  release(work: BudgetedWork, sizes: Sizes): void {
    this.moveHeld(work, sizes, -1n);
  }

  /** Begins the windows that contain the time of the lock. Those of rolling budgets are left: they must be measured. */
  turnCalendar(period: PlanPeriod): void {
    for (const budget of this.budgets) {
      if (!isRolling(budget.window)) this.turn(budget, windowAt(budget.window, this.now, period), 0n);
    }
  }

  /** Returns the rolling budgets that must move on to the current hour. */
  rollingDue(): Budget[] {
    return this.budgets.filter(({ window, resets_at }) => isRolling(window) && resets_at <= this.now);
  }

  /** Lets a budget count another window, in which `used` was used already. A boost ends with the window it was for. */
  turn(budget: Budget, { start, end }: Period, used: Units): void {
    const isSame = budget.window_start.getTime() === start.getTime();
    const isOver = budget.window.kind === 'range' && end <= this.now;
    if (isSame && budget.resets_at.getTime() === end.getTime() && !isOver) return;
    budget.window_start = start;
    budget.resets_at = end;
    this.changes.add(budget);
    if (isOver) this.end(budget);
    if (isSame) return;
    budget.used = max(0n, used);
    if (!isRolling(budget.window) || (budget.boosted_until ?? this.now) <= this.now) {
      budget.boost = 0n;
      budget.boosted_until = null;
    }
    budget.reported_threshold = lastReached(budget);
    this.recover(budget);
  }

  /** Notes that the terms of a budget changed: its events follow the new limit. */
  revise(budget: Budget): void {
    this.changes.add(budget);
    budget.reported_threshold = Math.min(budget.reported_threshold, lastReached(budget));
    this.recover(budget);
    this.report(budget);
  }

  private about(work: BudgetedWork): Budget[] {
    return this.budgets.filter(
      (budget) => budget.is_active && budget.window_start <= this.now && isAbout(budget, work),
    );
  }

  private moveHeld(work: BudgetedWork, sizes: Sizes, sign: bigint): void {
    for (const budget of this.budgets) {
      const size = budget.unit === 'tokens' ? 0n : sizes[budget.unit];
      if (size === 0n || !isAbout(budget, work)) continue;
      budget.held = max(0n, budget.held + sign * size);
      this.changes.add(budget);
    }
  }

  private report(budget: Budget): void {
    const { thresholds, reported_threshold, used } = budget;
    for (const threshold of thresholds) {
      if (threshold <= reported_threshold || used === 0n || used < thresholdAt(budget, threshold)) continue;
      budget.reported_threshold = threshold;
      this.note('budget.threshold_reached', budget, { threshold });
    }
    if (overrun(budget) > 0n) this.exceed(budget);
  }

  private exceed(budget: Budget): void {
    if (budget.is_exceeded) return;
    budget.is_exceeded = true;
    this.changes.add(budget);
    this.note('budget.exceeded', budget, { overrun: amount(overrun(budget)) });
  }

  private recover(budget: Budget): void {
    if (!budget.is_exceeded || headroom(budget) === 0n) return;
    budget.is_exceeded = false;
    this.note('budget.recovered', budget, {});
  }

  /** Takes a budget whose range is over out of force: it limits nothing any more. */
  private end(budget: Budget): void {
    budget.is_active = false;
    if (!budget.is_exceeded) return;
    budget.is_exceeded = false;
    this.note('budget.recovered', budget, {});
  }

  private note(type: BudgetEvent['type'], budget: Budget, more: { threshold?: number; overrun?: string }): void {
    const { id: budget_id, unit, used, held, window_start, resets_at, set_by, scope } = budget;
    const counters = { limit: amount(allowance(budget)), used: amount(used), held: amount(held) };
    const facts = { budget_id, limit_source: sourceOf(budget), ...scope, unit, ...counters };
    this.events.push({ type, object: { ...facts, window_start, resets_at, set_by, ...more } });
  }
}

/** Tokens of a hold are unknown, so it only needs some room. */
function hasRoom(budget: Budget, sizes: Sizes): boolean {
  return headroom(budget) >= needOf(budget.unit, sizes);
}

const needOf = (unit: budget_unit, sizes: Sizes): Units => max(sizes[unit], unit === 'tokens' ? ONE : 0n);

/** Compares the parts of the work that two budgets allow. */
function byTightness(a: Budget, b: Budget, sizes: Sizes): number {
  const [ofA, ofB] = [headroom(a) * needOf(b.unit, sizes), headroom(b) * needOf(a.unit, sizes)];
  if (ofA !== ofB) return ofA < ofB ? -1 : 1;
  return b.resets_at.getTime() - a.resets_at.getTime();
}

/** Returns the highest threshold that the use of a budget has reached. */
function lastReached(budget: Budget): number {
  const reached = budget.thresholds.filter(
    (percent) => budget.used > 0n && budget.used >= thresholdAt(budget, percent),
  );
  return Math.max(0, ...reached);
}
