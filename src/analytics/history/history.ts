import { createHash } from 'node:crypto';
import type { UserCreditsRow } from '../../generated/rows.js';
import { amount, units } from '../../platform/values/amount.js';
import {
  type CursorFormat,
  decodeCursor,
  encodeCursor,
  type Page,
  type PagedList,
  type PageRequest,
  paginateBy,
  type Position,
} from '../../platform/database/paging.js';
import type { HistoryView, PeriodType, ProviderShareView } from './history.views.js';
import {
  approximately,
  averageMinutes,
  rounded,
  secondsOf,
  percentage,
  successRate,
  type UsageTotals,
  totalsOf,
  totalsByBucket,
  utilization,
} from '../series/usage-totals.js';
import type { UsageRow, UsageSeries } from '../series/usage-series.repository.js';

/** What a history record contains besides usage. */
export interface HistoryContext {
  account: UserCreditsRow;
  period_type: PeriodType;
  now: Date;
}

/** Returns a record for every period with usage, newest first. Nothing is stored; a period always has the same id. */
export function historyOf(series: UsageSeries, context: HistoryContext): HistoryView[] {
  const tallies = totalsByBucket(series);
  const rows = Map.groupBy(series.usage, (row) => row.bucket);
  return series.spans.toReversed().map(({ bucket, start, end }) => {
    const span = { period_start: start, period_end: end };
    return recordOf(span, tallies.get(bucket) ?? totalsOf([]), rows.get(bucket) ?? [], context);
  });
}

/** Returns one page of the records, which are few enough to be in memory. */
export function pageOfHistory(records: HistoryView[], request: PageRequest): Promise<Page<HistoryView>> {
  const source: PagedList<HistoryView[], HistoryView> = {
    list: (all, { take, skip, after }) => {
      const older = after ? all.filter(({ period_start }) => period_start < after.created_at) : all;
      return Promise.resolve(older.slice(skip, skip + take));
    },
    count: (all) => Promise.resolve(all.length),
  };
  return paginateBy(PERIOD, source, records, { ...request, count: true });
}

const PERIOD: CursorFormat<HistoryView, Position> = {
  encode: ({ period_start, id }) => encodeCursor({ created_at: period_start, id }),
  decode: decodeCursor,
};

function recordOf(
  { period_start, period_end }: { period_start: Date; period_end: Date },
  totals: UsageTotals,
  rows: UsageRow[],
  { account, period_type, now }: HistoryContext,
): HistoryView {
  const { events, sessions, tokens, free_events, transcriptions, exports, failed_events, total_cost } = totals;
  return {
    id: stableId([account.user_id, period_type, period_start.toISOString(), period_end.toISOString()]),
    user_id: account.user_id,
    recorded_at: period_end < now ? period_end : now,
    period_type,
    period_start,
    period_end,
    usage_metrics: {
      events,
      sessions,
      tokens,
      free_events,
      transcriptions,
      exports,
      paid_events: events - free_events,
      minutes: rounded(secondsOf(totals) / 60),
    },
    plan_context: {
      tier: account.tier,
      allocated_monthly: account.allocated_monthly,
      monthly_cap: account.monthly_cap,
      reset_date: account.reset_date,
      utilization: utilization(total_cost, units(account.allocated_monthly)),
    },
    cost_metrics: {
      total_cost: amount(total_cost),
      provider_cost: amount(totals.provider_cost),
      platform_markup: amount(totals.platform_markup),
      avg_cost: amount(events > 0 ? total_cost / BigInt(events) : 0n),
    },
    provider_breakdown: providersOf(rows, totals),
    performance_metrics: { failed_events, success_rate: successRate(totals), avg_duration: averageMinutes(totals) },
  };
}

function providersOf(rows: UsageRow[], { total_cost }: UsageTotals): ProviderShareView[] {
  return [...Map.groupBy(rows, providerOf)]
    .map(([provider, done]) => ({ provider, tally: totalsOf(done) }))
    .toSorted((a, b) => (b.tally.total_cost > a.tally.total_cost ? 1 : -1))
    .map(({ provider, tally }) => ({
      provider,
      events: tally.events,
      tokens: tally.tokens,
      cost: amount(tally.total_cost),
      share: percentage(approximately(tally.total_cost), approximately(total_cost)),
    }));
}

/** Returns the provider of a model `provider/model`, or the service for other models. */
function providerOf({ service, model }: UsageRow): string {
  const slash = model.indexOf('/');
  return slash > 0 ? model.slice(0, slash) : service;
}

/** Derives a version 8 UUID from the names only, so that it never changes. */
function stableId(names: string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(names)).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
