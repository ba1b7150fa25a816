import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../client.ts';

const REFRESH_MS = 60_000;

/** The whole platform at a glance; read again every minute while somebody looks. */
export const platformOverview = () =>
  queryOptions({
    queryKey: ['admin', 'overview'],
    refetchInterval: REFRESH_MS,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/overview', { signal })),
  });

/** The daily comparisons of booked costs with the provider's figures. */
export const reconciliationState = () =>
  queryOptions({
    queryKey: ['admin', 'reconciliation'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/reconciliation', { signal })),
  });
