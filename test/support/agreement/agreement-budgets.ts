import { amount } from '../../../src/platform/values/amount.js';
import { headroomOf, type ModelBudget, type ModelWork } from '../model/budgets.js';
import { compare, type Mismatch } from './agreement-compare.js';
import { type Call, type Json, type Order, unitsOf } from './agreement-history.js';

/** Tag that some work has, and that budgets are about. */
export const TAG = 'tagged';

/** The budgets of each account: some refuse work, others only count it; all are small enough to be reached. */
export const BUDGETS: Readonly<Record<string, readonly Json[]>> = {
  hot: [
    { scope: { service: 'tts' }, limit: '5', window: 'month' },
    { scope: { service: 'stt' }, limit: '20', unit: 'calls', window: 'range' },
    { scope: { tag: TAG }, limit: '3', window: 'month' },
    { scope: { api_key_id: 'key' }, limit: '12', unit: 'calls', window: 'month' },
    { limit: '30', window: 'range', on_exceed: 'warn' },
  ],
  'user-0': [{ limit: '2', window: 'period' }],
  'user-1': [
    { scope: { service: 'tts' }, limit: '6', unit: 'calls', window: 'period' },
    { limit: '40', unit: 'calls', window: 'period', on_exceed: 'warn', thresholds: [10, 50] },
  ],
  'user-3': [
    { limit: '4', window: 'month' },
    { scope: { tag: TAG }, limit: '3', unit: 'calls', window: 'month' },
  ],
};

/** The body that creates a budget. */
export function budgetBody(user_id: string, terms: Json, api_key_id: string): Json {
  const scope = terms.scope as Json | undefined;
  const days = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString();
  return {
    user_id,
    ...terms,
    ...(scope?.api_key_id !== undefined && { scope: { api_key_id } }),
    ...(terms.window === 'range' && { window_from: days(-1), window_to: days(1) }),
  };
}

/** A stored budget as it was when nothing had been charged. */
export const modelOf = (row: Json): ModelBudget => ({
  id: row.id as string,
  scope: {
    ...(row.service !== null && { service: row.service as string }),
    ...(row.tag !== null && { tag: row.tag as string }),
    ...(row.api_key_id !== null && { is_by_key: true as const }),
  },
  unit: row.unit as 'credits' | 'calls',
  limit: unitsOf(row.limit_amount),
  blocks: row.on_exceed === 'block',
  is_of_period: row.window_kind === 'period',
  used: 0,
  held: 0,
  boost: 0,
});

/** The work of a charge or a hold. */
export const workOf = ({ body, is_by_key = false }: Order): ModelWork => ({
  service: body!.service as string,
  tags: (body!.tags as string[] | undefined) ?? [],
  is_by_key,
});

/** Compares a refusal with the budgets that refuse, the tightest first. */
export function budgetRefused(full: readonly ModelBudget[], { answer }: Call): Mismatch {
  const [tightest] = full;
  if (!tightest) return 'refused by a budget, the model says that it fits';
  const isAlike = (other: ModelBudget): boolean => headroomOf(other) === 0 && headroomOf(tightest) === 0;
  // budgets of which nothing is left are equally tight
  const named = full.find((budget) => budget.id === answer.budget_id && isAlike(budget)) ?? tightest;
  const { id: budget_id, limit, boost, used, held } = named;
  const text = (units: number): string => amount(BigInt(units));
  const facts = { limit: text(limit + boost), used: text(used), held: text(held), headroom: text(headroomOf(named)) };
  return compare({ budget_id, ...facts }, answer);
}

/** Compares the stored counters with the model. */
export function budgetsDiffer(budgets: readonly ModelBudget[], stored: readonly Json[]): Mismatch {
  for (const { id, used, held, boost } of budgets) {
    const row = stored.find((other) => other.id === id)!;
    const mismatch = compare(
      Object.fromEntries(Object.entries({ used, held, boost }).map(([name, units]) => [name, amount(BigInt(units))])),
      row,
    );
    if (mismatch !== null) return `budget ${id}: ${mismatch}`;
  }
  return null;
}
