import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from './client.ts';
import { cursorPage, pages } from './paging.ts';

/** Coupons that the person has redeemed, newest first. */
export const redemptions = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['redemptions'],
    queryFn: ({ pageParam, signal }) =>
      pageOf(api.GET('/api/v1/credits/redemptions', { params: { query: cursorPage(pageParam) }, signal })),
  });

/** The steps for which a new user gets credits; null for others. */
export const welcome = () =>
  queryOptions({
    queryKey: ['welcome'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/me/welcome', { signal })),
  });
