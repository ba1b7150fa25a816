import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../client.ts';
import { cursorPage, pages } from '../paging.ts';
import type { LitellmRejectedStatus } from '../schema.gen.ts';

/** LiteLLM logs that could not be booked, newest first. */
export const rejectedLogs = (status: LitellmRejectedStatus) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'rejected logs', status],
    queryFn: ({ pageParam, signal }) =>
      pageOf(
        api.GET('/api/v1/integrations/litellm/rejected', {
          params: { query: { status, ...cursorPage(pageParam) } },
          signal,
        }),
      ),
  });
