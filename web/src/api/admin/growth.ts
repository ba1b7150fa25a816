import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../client.ts';

/** How accounts were opened in the last 30 days, and what became of them. */
export const growth = () =>
  queryOptions({
    queryKey: ['admin', 'growth'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/growth', { signal })),
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
