import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Day, dayBefore, todayIn } from '../lib/dates.ts';
import { defined } from '../lib/defined.ts';
import { api, bodyOf, type ExportFormat, fileOf, pageOf, type SavedFile } from './client.ts';
import { cursorPage, pages } from './paging.ts';
import type { UsageSeriesView } from './schema.gen.ts';

export const SPENDING_GROUPS = ['model', 'service', 'provider'] as const;
export type SpendingGroup = (typeof SPENDING_GROUPS)[number];

export const GRANULARITIES = ['hour', 'day', 'week', 'month'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** What a series is about. Days are those of `tz`, both included. */
export interface SeriesOrder {
  from: Day;
  to: Day;
  tz: string;
  group_by: SpendingGroup | 'member' | 'none';
  granularity: Granularity;
  compare?: 'previous' | undefined;
  /** Only what was done with this API key. */
  api_key_id?: string | undefined;
}

/** @returns the order for the spending of the last days, today included */
export function recentDays(tz: string, days: number, group_by: SeriesOrder['group_by']): SeriesOrder {
  const to = todayIn(tz);
  return { from: dayBefore(to, days - 1), to, tz, group_by, granularity: 'day' };
}

/** Spending and usage over time, as the ledger says. @param userId somebody else's account, for admins */
export const usageSeries = (order: SeriesOrder, userId?: string) =>
  queryOptions({
    queryKey: ['usage-series', userId ?? null, order],
    // the figures of before stay until the new ones are there, but never those of another account
    placeholderData: (before: UsageSeriesView | undefined, query) =>
      query?.queryKey[1] === (userId ?? null) ? before : undefined,
    queryFn: ({ signal }) => {
      const query = defined({ ...order, user_id: userId });
      return bodyOf(api.GET('/api/v1/usage/series', { params: { query }, signal }));
    },
  });

/** Credits spent in the last 24 hours, 7 days and 30 days. */
export const spent = (tz: string) =>
  queryOptions({
    queryKey: ['spent', tz],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/usage/spent', { params: { query: { tz } }, signal })),
  });

/** The forecast of the next 30 days. */
export const predictions = (tz: string) =>
  queryOptions({
    queryKey: ['predictions', tz],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/usage/predictions', { params: { query: { tz } }, signal })),
  });

export const insights = (tz: string) =>
  queryOptions({
    queryKey: ['insights', tz],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/usage/insights', { params: { query: { tz } }, signal })),
  });

/** Which events a list shows: from a day or instant to a day, included, or to an instant. */
export interface EventFilters {
  from: string;
  to: string;
  /** Time zone of the days. */
  tz: string;
  service?: string | undefined;
  model?: string | undefined;
  provider?: string | undefined;
  status?: 'succeeded' | 'failed' | undefined;
}

/** Usage events, newest first. */
export const usageEvents = (filters: EventFilters, userId?: string) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['usage-events', userId ?? null, filters],
    queryFn: ({ pageParam, signal }) => {
      const query = defined({ ...filters, ...cursorPage(pageParam), user_id: userId });
      return pageOf(api.GET('/api/v1/usage/events', { params: { query }, signal }));
    },
  });

/** One usage event, for work without a ledger line. */
export const usageEvent = (id: string, userId?: string) =>
  queryOptions({
    queryKey: ['usage-event', userId ?? null, id],
    queryFn: ({ signal }) => {
      const params = { path: { id }, query: defined({ user_id: userId }) };
      return bodyOf(api.GET('/api/v1/credits/usage/events/{id}', { params, signal }));
    },
  });

/** @returns all events of the days as a file */
export const exportUsage = (days: { from: Day; to: Day; tz: string }, format: ExportFormat): Promise<SavedFile> => {
  const query = { from_date: days.from, to_date: days.to, tz: days.tz, format };
  return fileOf(api.GET('/api/v1/usage/export', { params: { query }, parseAs: 'blob' }));
};

/** Ways to pay less, the largest saving first. */
export const recommendations = () =>
  queryOptions({
    queryKey: ['recommendations'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/usage/recommendations', { signal })),
  });

/** Hides a recommendation for good. */
export const dismissRecommendation = (id: string) =>
  bodyOf(api.POST('/api/v1/usage/recommendations/{id}/dismiss', { params: { path: { id } } }));
