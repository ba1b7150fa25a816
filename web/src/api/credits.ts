import { queryOptions } from '@tanstack/react-query';
import { defined } from '../lib/defined.ts';
import { api, bodyOf } from './client.ts';

/** Credits by where they came from, in the order in which they burn. @param userId somebody else's account, for admins */
export const grants = (userId?: string) =>
  queryOptions({
    queryKey: ['grants', userId ?? null],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/credits/grants', { params: { query: defined({ user_id: userId }) }, signal })),
  });
