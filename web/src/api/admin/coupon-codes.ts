import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from '../client.ts';
import { cursorPage, pages } from '../paging.ts';

/** Coupons, newest first. */
export const couponCodes = (active_only: boolean) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'coupons', active_only],
    queryFn: ({ pageParam, signal }) =>
      pageOf(
        api.GET('/api/v1/credits/coupons', { params: { query: { active_only, ...cursorPage(pageParam) } }, signal }),
      ),
  });

/** A coupon with its redemptions by day. */
export const couponStats = (code: string) =>
  queryOptions({
    queryKey: ['admin', 'coupon', code],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/credits/coupons/{code}/stats', { params: { path: { code } }, signal })),
  });
