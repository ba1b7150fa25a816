import { queryOptions } from '@tanstack/react-query';
import type { Day } from '../../lib/dates.ts';
import { api, bodyOf } from '../client.ts';

/** How accounts were opened from the first to the last UTC day, and what became of them. */
export const growth = (query: { from: Day; to: Day }) =>
  queryOptions({
    queryKey: ['admin', 'growth', query],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/growth', { params: { query }, signal })),
  });

/** All experiments, the latest first. */
export const experiments = () =>
  queryOptions({
    queryKey: ['admin', 'experiments'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/experiments', { signal })),
  });

/** An experiment with its result. */
export const experiment = (key: string) =>
  queryOptions({
    queryKey: ['admin', 'experiments', key],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/experiments/{key}', { params: { path: { key } }, signal })),
  });
