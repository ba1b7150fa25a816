import { DAY_MS } from '../../platform/values/calendar.js';
import type { InvoiceFact, InvoiceLine } from '../provider/facts.js';

const DAY_S = DAY_MS / 1000;
/** Range of lengths that count as a plan period: 30 days here, a calendar month at the provider. */
const PERIOD_DAYS = { min: 27, max: 32 };

/** The part of an invoice that pays for a plan. */
export interface PlanMoney {
  /** Cents settled for the plan itself. Other lines and prorations are deducted first. */
  plan_cents: number;
  /** Cents settled for changes within the previous period. */
  changes_cents: number;
  /** End of the plan's period, seconds since 1970; null if the invoice has no plan line. */
  ends_s: number | null;
}

/**
 * Determines what an invoice pays for the plan, and until when. One-off lines and lines with other periods are not part
 * of the plan. The plan can be settled by money, customer balance, credit notes or a discount.
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

/** Returns the lines of the plan's own price. Prefers lines with a price, then lines that last one period. */
function planLines(lines: readonly InvoiceLine[]): readonly InvoiceLine[] {
  const plan = lines.filter((line) => line.kind === 'plan');
  const priced = some(plan, (line) => line.amount_cents !== 0);
  return some(priced, lastsAPeriod);
}

/** Returns the items that match, or all items if none matches. */
function some<T>(things: readonly T[], isSo: (thing: T) => boolean): readonly T[] {
  const found = things.filter(isSo);
  return found.length > 0 ? found : things;
}

function lastsAPeriod({ begins_s, ends_s }: InvoiceLine): boolean {
  if (begins_s === null) return false;
  const days = (ends_s - begins_s) / DAY_S;
  return days >= PERIOD_DAYS.min && days <= PERIOD_DAYS.max;
}
