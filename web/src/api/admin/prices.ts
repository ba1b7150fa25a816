import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from '../client.ts';
import { offsetPage, pages, withOffset } from '../paging.ts';
import type { Day } from '../../lib/dates.ts';
import type { paths, PriceClass } from '../schema.gen.ts';

/** The prices in effect, by model. */
export const priceList = (filter: { search?: string; class?: PriceClass }) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'prices', filter],
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filter, ...offsetPage(pageParam) };
      return withOffset(await pageOf(api.GET('/api/v1/pricing/models', { params: { query }, signal })), pageParam);
    },
  });

/** All prices of a model: past, current and future, newest first. */
export const priceHistory = (model: string, service: string) =>
  queryOptions({
    queryKey: ['admin', 'price history', model, service],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/pricing/models/history', { params: { query: { model, service } }, signal })),
  });

/** The markup rules in order of precedence. */
export const markupRules = () =>
  queryOptions({
    queryKey: ['admin', 'markup rules'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/pricing/markup-rules', { signal })),
  });

/** Work without a final price, of all accounts. */
export const unratedWork = () =>
  queryOptions({
    queryKey: ['admin', 'unrated'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/usage/unrated', { signal })),
  });

export type MarginGroup = NonNullable<
  NonNullable<paths['/api/v1/admin/margins']['get']['parameters']['query']>['group_by']
>;

/** Margins of the last days, lowest first. */
export const margins = (group_by: MarginGroup, from: Day) =>
  queryOptions({
    queryKey: ['admin', 'margins', group_by, from],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/admin/margins', { params: { query: { group_by, from } }, signal })),
  });

/** The models that can replace others. */
export const equivalents = () =>
  queryOptions({
    queryKey: ['admin', 'equivalents'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/pricing/equivalents', { signal })),
  });
