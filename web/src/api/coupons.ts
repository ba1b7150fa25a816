import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, pageOf } from './client.ts';
import { cursorPage, pages } from './paging.ts';

/** Coupons that the person has redeemed, newest first. */
export const redemptions = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['redemptions'],
    queryFn: ({ pageParam, signal }) =>
      pageOf(api.GET('/api/v1/credits/redemptions', { params: { query: cursorPage(pageParam) }, signal })),
  });
