import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from './client.ts';
import { cursorPage, pages } from './paging.ts';

/** The public plans, cheapest first. */
export const plans = () =>
  queryOptions({
    queryKey: ['plans'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/credits/tiers/compare', { signal })),
  });

/** The credit packages for sale. */
export const packages = () =>
  queryOptions({
    queryKey: ['packages'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/payments/packages', { signal })),
  });

/** The subscription; null without one. */
export const subscription = () =>
  queryOptions({
    queryKey: ['subscription'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/payments/subscription', { signal })),
  });

/** The settings of the automatic top-up; null without one. */
export const autoTopup = () =>
  queryOptions({
    queryKey: ['auto-topup'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/payments/auto-topup', { signal })),
  });

/** Payments, newest first. */
export const payments = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['payments'],
    queryFn: ({ pageParam, signal }) =>
      pageOf(api.GET('/api/v1/payments/history', { params: { query: cursorPage(pageParam) }, signal })),
  });

const DISCOUNTS_MAX = 100;

/** The newest discounts: unused, used and expired ones. */
export const discounts = () =>
  queryOptions({
    queryKey: ['discounts'],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/payments/discounts', { params: { query: { limit: DISCOUNTS_MAX } }, signal })),
  });
