import { DAY_MS } from '../platform/calendar.js';
import type { InvoiceFact, InvoiceLine } from './facts.js';

const DAY_S = DAY_MS / 1000;
/** A period of a plan is 30 days; a month that the provider counts is a little longer or shorter. */
const PERIOD_DAYS = { min: 27, max: 32 };

/** What an invoice paid of a plan. */
export interface PlanMoney {
  /** Settled for the plan itself: other lines and changes within the period are paid first. */
  plan_cents: number;
  /** Settled for changes within the period before. */
  changes_cents: number;
  /** When the plan's period ends, seconds since 1970; null when the invoice has no line of a plan. */
  ends_s: number | null;
}

/**
 * Reads an invoice line by line: a one-off line or one of another period neither pays the plan nor says how long it is
 * paid. What settled the plan may be money, balance, credit notes or a discount.
 */
export function planMoney({ lines, settled_cents }: InvoiceFact): PlanMoney {
  const plan = planLines(lines);
  const others = lines.filter((line) => !plan.includes(line));
  const sum = (some: readonly InvoiceLine[]): number =>
    some.reduce((total, line) => total + (line.amount_cents ?? 0), 0);
  return {
    plan_cents: settled_cents - sum(others),
    changes_cents: sum(others.filter((line) => line.kind === 'proration')),
    ends_s: plan.length === 0 ? null : Math.max(...plan.map((line) => line.ends_s)),
  };
}

/** The lines of the plan's own price: of those that last a period if there are any, and that cost something if any do. */
function planLines(lines: readonly InvoiceLine[]): readonly InvoiceLine[] {
  const plan = lines.filter((line) => line.kind === 'plan');
  const priced = some(plan, (line) => line.amount_cents !== 0);
  return some(priced, lastsAPeriod);
}

/** Those that are so, or all when none is. */
function some<T>(things: readonly T[], isSo: (thing: T) => boolean): readonly T[] {
  const found = things.filter(isSo);
  return found.length > 0 ? found : things;
}

function lastsAPeriod({ begins_s, ends_s }: InvoiceLine): boolean {
  if (begins_s === null) return false;
  const days = (ends_s - begins_s) / DAY_S;
  return days >= PERIOD_DAYS.min && days <= PERIOD_DAYS.max;
}
