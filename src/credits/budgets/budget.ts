import type { budget_action, budget_setter, budget_unit } from '../../generated/prisma/enums.js';
import { type Attribution, UNATTRIBUTED } from '../../platform/attribution.js';
import { max, type Units, units } from '../../platform/values/amount.js';
import type { WindowRule } from './budget-window.js';

/** The part of an account's work that a budget is about; at most one member is set, and none stands for the account. */
export interface BudgetScope {
  api_key_id: string | null;
  member_id: string | null;
  service: string | null;
  model: string | null;
  tag: string | null;
}

/** What a limit is set for, as in the errors about it. `plan` limits come from the plan. */
export const BUDGET_SOURCES = ['key', 'member', 'organization', 'account', 'service', 'model', 'tag', 'plan'] as const;
export type BudgetSource = (typeof BUDGET_SOURCES)[number];

/** A budget with its counters; all amounts in units, whatever the budget counts. */
export interface Budget {
  readonly id: string;
  readonly user_id: string;
  readonly scope: Readonly<BudgetScope>;
  readonly unit: budget_unit;
  readonly window: WindowRule;
  readonly set_by: budget_setter;
  limit: Units;
  on_exceed: budget_action;
  /** Percentages, ascending. */
  thresholds: readonly number[];
  is_active: boolean;
  forecast: boolean;
  used: Units;
  held: Units;
  /** Added to the limit for this window only. */
  boost: Units;
  /** When the boost ends; null without one. */
  boosted_until: Date | null;
  window_start: Date;
  resets_at: Date;
  /** Highest threshold that was reported in this window. */
  reported_threshold: number;
  is_exceeded: boolean;
}

/** Work as budgets see it. */
export type BudgetedWork = Attribution & {
  service?: string | null | undefined;
  model?: string | null | undefined;
};

/** Returns the work of a charge or a hold. */
export const workOf = (details: {
  attribution?: Attribution | undefined;
  service?: string | undefined;
  model?: string | null | undefined;
}): BudgetedWork => {
  const { attribution = UNATTRIBUTED, service, model } = details;
  return { ...attribution, service, model };
};

/** What work adds to budgets: credits, calls and tokens. */
export type Sizes = Readonly<Record<budget_unit, Units>>;

/** One call or token, in units. */
export const ONE: Units = units('1');

/** Returns the sizes of a charge or a hold. Work that costs nothing counts in no budget. */
export const sizesOf = (credits: Units, calls = 1n, tokens = 0): Sizes =>
  credits === 0n ? { credits, calls: 0n, tokens: 0n } : { credits, calls: calls * ONE, tokens: BigInt(tokens) * ONE };

/** Whether a budget is about some work. */
export function isAbout({ scope }: Pick<Budget, 'scope'>, work: BudgetedWork): boolean {
  const { api_key_id, member_id, service, model, tag } = scope;
  return (
    (api_key_id === null || api_key_id === work.api_key_id) &&
    (member_id === null || member_id === work.member_id) &&
    (service === null || service === work.service) &&
    (model === null || model === work.model) &&
    (tag === null || work.tags?.includes(tag) === true)
  );
}

/** Returns what a budget limits. */
export function sourceOf({ scope, set_by, user_id }: Pick<Budget, 'scope' | 'set_by' | 'user_id'>): BudgetSource {
  if (scope.api_key_id !== null) return 'key';
  if (scope.member_id !== null) return 'member';
  if (scope.service !== null) return 'service';
  if (scope.model !== null) return 'model';
  if (scope.tag !== null) return 'tag';
  if (set_by === 'plan') return 'plan';
  return user_id.startsWith('org_') ? 'organization' : 'account';
}

type Counters = Pick<Budget, 'limit' | 'boost' | 'used' | 'held'>;

/** Returns what the window allows in total. */
export const allowance = ({ limit, boost }: Pick<Counters, 'limit' | 'boost'>): Units => limit + boost;

/** Returns what new work can still use; never below zero. */
export const headroom = (budget: Counters): Units => max(0n, allowance(budget) - budget.used - budget.held);

/** Returns how much finished work went beyond the limit. */
export const overrun = (budget: Counters): Units => max(0n, budget.used - allowance(budget));

/** Returns the use at which a threshold is reached. */
export const thresholdAt = (budget: Counters, percent: number): Units =>
  (allowance(budget) * BigInt(percent) + 99n) / 100n;

/** Returns the use at which the next event about the budget is due; null for none. */
export function alertAt(budget: Budget): Units | null {
  const due = budget.thresholds
    .filter((percent) => percent > budget.reported_threshold)
    .map((p) => thresholdAt(budget, p));
  if (!budget.is_exceeded) due.push(allowance(budget) + 1n);
  return due.reduce<Units | null>((least, at) => (least === null || at < least ? at : least), null);
}
