import type { BudgetRow } from '../../generated/rows.js';
import { type Actor, actsForOthers } from '../../platform/actor.js';
import { rowId } from '../../platform/database/row-id.js';
import { DomainError, InvalidInput } from '../../platform/errors.js';
import { amount, type Units, units } from '../../platform/values/amount.js';
import { type Budget, type BudgetScope, sourceOf } from './budget.js';
import { toBudget } from './budgets.repository.js';
import { windowAt } from './budget-window.js';
import type { BudgetBody, BudgetChangeBody } from './budgets.dto.js';

const THRESHOLDS = [50, 80, 100];

/**
 * Returns the row of a new budget, with nothing used yet.
 * @throws InvalidInput when the scope names several things or the bounds do not fit the window
 */
export function newBudget(
  actor: Actor,
  user_id: string,
  body: BudgetBody,
  set_by: BudgetRow['set_by'] = setterOf(actor),
): BudgetRow {
  const now = new Date();
  const scope = scopeOf(body);
  const { limit, unit = 'credits', window: kind, timezone = 'UTC', on_exceed = 'block', forecast = false } = body;
  const { window_from: from = null, window_to: to = null, is_active = true } = body;
  assertRange(kind === 'range', from, to, now);
  const { start, end } = windowAt({ kind, timezone, from, to }, now, { period_start: null, reset_date: now });
  return {
    id: rowId(user_id, now),
    user_id,
    ...scope,
    limit_amount: limit,
    unit,
    window_kind: kind,
    window_from: from,
    window_to: to,
    timezone,
    on_exceed,
    forecast,
    is_active,
    thresholds: ascending(body.thresholds ?? THRESHOLDS),
    set_by,
    used: '0',
    held: '0',
    boost: '0',
    boosted_until: null,
    window_start: start,
    resets_at: end,
    alert_at: null,
    reported_threshold: 0,
    is_exceeded: false,
    created_by: actor.user_id,
    created_at: now,
  };
}

/** Returns who sets a budget: those who manage an organization set the limits of its members. */
function setterOf(actor: Actor): BudgetRow['set_by'] {
  if (actsForOthers(actor)) return 'admin';
  return actor.account ? 'organization' : 'user';
}

/** Changes the terms of a budget; what the body leaves out stays. */
export function changeTerms(
  budget: Budget,
  { limit, on_exceed, thresholds, forecast, is_active }: BudgetChangeBody,
): void {
  if (limit !== undefined) budget.limit = units(limit);
  budget.on_exceed = on_exceed ?? budget.on_exceed;
  if (thresholds) budget.thresholds = ascending(thresholds);
  budget.forecast = forecast ?? budget.forecast;
  budget.is_active = is_active ?? budget.is_active;
}

/**
 * Asserts that a budget stays within those that somebody above set for the same work, unit and window: an administrator is
 * above an organization, and both are above users.
 * @throws DomainError `above_admin_limit`
 */
export function assertBelowAdmin(own: BudgetRow, others: readonly BudgetRow[]): void {
  const above = others.find(
    (other) => rankOf(other) > rankOf(own) && other.is_active && isAlike(own, other) && total(own) > total(other),
  );
  if (!above) return;
  const limit = amount(total(above));
  const detail = `An administrator limits this to ${limit} ${above.unit}; a budget of your own can only be lower.`;
  throw new DomainError('conflict', 'above_admin_limit', detail, { limit, budget_id: above.id });
}

/** Returns the terms of a budget for the audit log, which must not name the people and things that it is about. */
export function termsOf(row: BudgetRow): Record<string, unknown> {
  const { limit_amount: limit, unit, window_kind: window, timezone, on_exceed, set_by } = row;
  return { limit_source: sourceOf(toBudget(row)), limit, unit, window, timezone, on_exceed, set_by };
}

const SCOPE = ['api_key_id', 'member_id', 'service', 'model', 'tag'] as const;
const SAME = [...SCOPE, 'unit', 'window_kind'] as const;

const RANKS: Record<BudgetRow['set_by'], number> = { user: 0, organization: 1, plan: 2, admin: 2 };

/** The rank of who set a budget; one of a lower rank cannot change it or go beyond it. */
export const rankOf = ({ set_by }: Pick<BudgetRow, 'set_by'>): number => RANKS[set_by];

/** The rank of a caller. */
export const rankOfActor = (actor: Actor): number => RANKS[setterOf(actor)];

const isAlike = (a: BudgetRow, b: BudgetRow): boolean => SAME.every((name) => a[name] === b[name]);
const total = ({ limit_amount, boost }: BudgetRow): Units => units(limit_amount) + units(boost);
const ascending = (thresholds: readonly number[]): number[] => [...new Set(thresholds)].sort((a, b) => a - b);

function scopeOf({ scope = {} }: BudgetBody): BudgetScope {
  const { api_key_id = null, member_id = null, service = null, model = null, tag = null } = scope;
  const named = { api_key_id, member_id, service, model, tag };
  if (Object.values(named).filter((value) => value !== null).length > 1) {
    throw new InvalidInput([{ field: 'scope', message: `must have at most one of ${SCOPE.join(', ')}` }]);
  }
  return named;
}

function assertRange(isRange: boolean, from: Date | null, to: Date | null, now: Date): void {
  const fault = (field: string, message: string): InvalidInput => new InvalidInput([{ field, message }]);
  if (!isRange) {
    if (from ?? to) throw fault('window_from', 'and window_to are only for the window range');
    return;
  }
  if (from === null || to === null) throw fault('window_from', 'and window_to are required for the window range');
  if (from >= to) throw fault('window_to', 'must be after window_from');
  if (to <= now) throw fault('window_to', 'must be in the future');
}
