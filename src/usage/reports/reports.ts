import { amount, figure, type Units } from '../../platform/values/amount.js';
import { TOKEN_POOLS, type TokenPool } from '../../metering/measures.js';
import type { PoolSums, SplitSums, UsageSums } from './reports.repository.js';
import type {
  DailyUsageView,
  FreeTierView,
  ModelUsageView,
  ServiceUsageView,
  UsageMetricsView,
  UsageSummaryView,
} from './reports.views.js';

/** Sums over all services and models. */
export type Totals = Pick<UsageSums, 'event_count' | 'free_events' | 'tokens_used' | 'free_tokens' | 'total_cost'>;

export function totalsOf(rows: readonly UsageSums[]): Totals {
  const totals = { event_count: 0, free_events: 0, tokens_used: 0, free_tokens: 0, total_cost: 0n };
  for (const row of rows) {
    totals.event_count += row.event_count;
    totals.free_events += row.free_events;
    totals.tokens_used += row.tokens_used;
    totals.free_tokens += row.free_tokens;
    totals.total_cost += row.total_cost;
  }
  return totals;
}

/** What reports by service and model say about tokens and their cache. */
type PoolTotals = Pick<ModelUsageView, TokenPool | 'cache_savings' | 'uncached_cost'>;

function poolTotals(rows: readonly PoolSums[]): PoolTotals {
  const sum = (of: (row: PoolSums) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const savings = rows.reduce((total, { cache_savings }) => total + cache_savings, 0n);
  const pools = Object.fromEntries(TOKEN_POOLS.map((pool) => [pool, sum((row) => row[pool])]));
  return {
    ...(pools as Record<TokenPool, number>),
    cache_savings: amount(savings),
    uncached_cost: totalsOf(rows).total_cost + savings,
  };
}

/** Returns usage by model, most expensive first. */
export const modelUsage = (rows: readonly PoolSums[]): ModelUsageView[] =>
  rows
    .map((row) => ({
      ...poolTotals([row]),
      service: row.service,
      model: row.model,
      event_count: row.event_count,
      total_cost: row.total_cost,
      free_events: row.free_events,
      total_tokens: row.tokens_used,
      avg_tokens: Math.round((row.tokens_used / row.event_count) * 100) / 100,
    }))
    .sort((a, b) => byRank(a, b) || (a.model ?? '').localeCompare(b.model ?? ''));

/** Returns usage by service, most expensive first. */
export const serviceUsage = (rows: readonly PoolSums[]): ServiceUsageView[] =>
  servicesOf(rows)
    .map(({ rows: its, ...of }) => {
      const unique_models = its.filter(({ model }) => model !== null).length;
      return { ...poolTotals(its), ...of, unique_models };
    })
    .sort(byRank);

/** Returns the rows of each service with their totals. */
function servicesOf<Row extends UsageSums>(rows: readonly Row[]) {
  return [...Map.groupBy(rows, ({ service }) => service)].map(([service, its]) => {
    const { event_count, free_events, tokens_used, total_cost } = totalsOf(its);
    return { service, event_count, free_events, total_cost, total_tokens: tokens_used, rows: its };
  });
}

/** Returns the part of a summary that is computed from the usage of the span. */
export function summaryOf(
  rows: readonly UsageSums[],
): Omit<UsageSummaryView, 'this_month' | 'projected_month_end' | 'period'> {
  const { event_count, free_events, tokens_used, total_cost } = totalsOf(rows);
  return {
    total_events: event_count,
    total_tokens: tokens_used,
    total_cost,
    free_tier_events: free_events,
    paid_tier_events: event_count - free_events,
    services: Object.fromEntries(
      servicesOf(rows)
        .toSorted(byRank)
        .map((of) => [
          of.service,
          { event_count: of.event_count, tokens: of.total_tokens, cost: amount(of.total_cost) },
        ]),
    ),
  };
}

/** Returns free usage, most used model first. */
export function freeTier(rows: readonly UsageSums[]): Omit<FreeTierView, 'period'> {
  const free = rows.filter(({ free_events }) => free_events > 0);
  const models = [...Map.groupBy(free, ({ model }) => model)].map(([model, ofModel]) => {
    const { free_events, free_tokens } = totalsOf(ofModel);
    return { model, event_count: free_events, tokens: free_tokens };
  });
  const { free_events, free_tokens } = totalsOf(free);
  return {
    total_free_events: free_events,
    total_free_tokens: free_tokens,
    unique_free_models: models.filter(({ model }) => model !== null).length,
    models: models.sort((a, b) => b.event_count - a.event_count || (a.model ?? '').localeCompare(b.model ?? '')),
  };
}

/** Returns the usage of one day. */
export function dailyUsage(date: string, rows: readonly UsageSums[]): DailyUsageView {
  const { event_count, free_events, tokens_used, total_cost } = totalsOf(rows);
  return { date, total_events: event_count, total_tokens: tokens_used, total_cost, free_events };
}

/** Returns the data for charts. `labels` name the buckets. Free work costs nothing, so `free` is always zero. */
export function metricsOf(labels: readonly string[], rows: readonly SplitSums[]): UsageMetricsView {
  const values = labels.map(() => 0n);
  for (const { bucket, total_cost } of rows) values[bucket] = (values[bucket] ?? 0n) + total_cost;
  const services = totalsBy(rows, ({ service }) => service);
  const { total_cost } = totalsOf(rows);
  const provider_cost = rows.reduce((sum, row) => sum + row.provider_cost, 0n);
  return {
    daily_trend: { labels: [...labels], values: values.map(figure) },
    by_service: {
      labels: services.map(({ label }) => label),
      values: services.map((of) => figure(of.total_cost)),
    },
    by_model: totalsBy(rows, ({ service, model }) => model ?? service).map(({ label, ...of }) => ({
      model_name: label,
      cost: figure(of.total_cost),
      total_tokens: of.tokens_used,
      request_count: of.event_count,
      is_free: of.free_events === of.event_count,
    })),
    free_vs_paid: { free: 0, paid: figure(total_cost) },
    cost_breakdown: { provider_cost: figure(provider_cost), markup: figure(total_cost - provider_cost) },
  };
}

/** Returns totals by label, most expensive first. */
function totalsBy(rows: readonly UsageSums[], labelOf: (row: UsageSums) => string): (Totals & { label: string })[] {
  return [...Map.groupBy(rows, labelOf)]
    .map(([label, of]) => ({ label, ...totalsOf(of) }))
    .sort((a, b) => compare(b.total_cost, a.total_cost) || a.label.localeCompare(b.label));
}

type Ranked = Pick<ServiceUsageView, 'total_cost' | 'event_count' | 'service'>;

const byRank = (a: Ranked, b: Ranked): number =>
  compare(b.total_cost, a.total_cost) || b.event_count - a.event_count || a.service.localeCompare(b.service);

const compare = (a: Units, b: Units): number => (a < b ? -1 : a > b ? 1 : 0);
