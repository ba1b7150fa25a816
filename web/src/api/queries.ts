import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from './client.ts';

/** Who is signed in, with balance, plan and limits. */
export const me = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/me', { signal })),
  });
