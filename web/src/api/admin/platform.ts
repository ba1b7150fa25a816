import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { startOfDay } from '../../lib/dates.ts';
import { api, bodyOf } from '../client.ts';
import type { SeriesOrder } from '../usage.ts';

const REFRESH_MS = 60_000;

/** The whole platform at a glance; read again every minute while somebody looks. */
export const platformOverview = () =>
  queryOptions({
    queryKey: ['admin', 'overview'],
    refetchInterval: REFRESH_MS,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/overview', { signal })),
  });

/** Keys of all accounts that the brake has paused, newest first; read again every minute while somebody looks. */
export const brakedKeys = () =>
  queryOptions({
    queryKey: ['admin', 'braked-keys'],
    refetchInterval: REFRESH_MS,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/api-keys/braked', { signal })),
  });

/** The daily comparisons of booked costs with the provider's figures. */
export const reconciliationState = () =>
  queryOptions({
    queryKey: ['admin', 'reconciliation'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/reconciliation', { signal })),
  });

const HOUR_MS = 3_600_000;

/** Spending of all accounts over time. It is summed by the hour, so zones with half hours get UTC days. */
export const platformSeries = (order: SeriesOrder) =>
  queryOptions({
    queryKey: ['admin usage-series', null, order],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const hasWholeHours = startOfDay(order.to, order.tz).getTime() % HOUR_MS === 0;
      // members are of one organization each: there is no sum of them for the platform
      const group_by = order.group_by === 'member' ? 'none' : order.group_by;
      const query = { ...order, group_by, tz: hasWholeHours ? order.tz : 'UTC' };
      return bodyOf(api.GET('/api/v1/admin/usage/series', { params: { query }, signal }));
    },
  });
