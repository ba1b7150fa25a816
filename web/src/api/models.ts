import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, pageOf } from './client.ts';

const STALE_MS = 300_000;

/** The whole catalogue with list prices and the person's own prices, in one page. */
export const models = () =>
  infiniteQueryOptions({
    queryKey: ['models'],
    staleTime: STALE_MS,
    initialPageParam: null,
    getNextPageParam: () => null,
    queryFn: ({ signal }) => pageOf(api.GET('/api/v1/credits/openrouter/models', { signal })),
  });
