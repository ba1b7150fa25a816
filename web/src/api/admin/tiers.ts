import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../client.ts';

/** All plans, also those that are not public. */
export const allTiers = () =>
  queryOptions({
    queryKey: ['admin', 'tiers'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/credits/tiers', { signal })),
  });
