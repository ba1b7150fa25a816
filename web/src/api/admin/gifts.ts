import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from '../client.ts';

/** The steps for which new users get credits, by source. */
export const welcomeSteps = () =>
  queryOptions({
    queryKey: ['admin', 'welcome'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/welcome', { signal })),
  });

/** Whether gifts are checked. */
export const giftChecks = () =>
  queryOptions({
    queryKey: ['admin', 'gift-checks'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/gift-checks', { signal })),
  });

/** Accounts whose gifts wait for a decision. */
export const giftReviews = () =>
  queryOptions({
    queryKey: ['admin', 'gift-reviews'],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/admin/gift-reviews', { params: { query: { state: 'open', limit: 100 } }, signal })),
  });
