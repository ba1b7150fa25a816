import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from './client.ts';

/** The person's own OpenRouter key, masked; null without one. */
export const ownKey = () =>
  queryOptions({
    queryKey: ['own-key'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/credits/openrouter/account', { signal })),
  });
