import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from '../client.ts';
import { countedPage, pages } from '../paging.ts';
import type { paths } from '../schema.gen.ts';

type Filter = Pick<
  NonNullable<paths['/api/v1/admin/accounts']['get']['parameters']['query']>,
  'search' | 'status' | 'tier' | 'in_debt' | 'sort'
>;

/** Accounts by id, or the latest change first. */
export const accountList = (filter: Filter) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'accounts', filter],
    queryFn: ({ pageParam, signal }) =>
      pageOf(
        api.GET('/api/v1/admin/accounts', { params: { query: { ...filter, ...countedPage(pageParam) } }, signal }),
      ),
  });

/** Everything about one account. */
export const accountDetail = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'account', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/accounts/{id}', { params: { path: { id } }, signal })),
  });
