import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, pageOf } from '../client.ts';
import { countedPage, pages } from '../paging.ts';
import type { paths } from '../schema.gen.ts';

type Query = NonNullable<paths['/api/v1/audit']['get']['parameters']['query']>;
export type AuditFilter = Pick<Query, 'user_id' | 'actor' | 'action' | 'result' | 'date_from' | 'date_to'>;

/** The audit log, newest first. */
export const auditEntries = (filter: AuditFilter) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'audit', filter],
    queryFn: ({ pageParam, signal }) =>
      pageOf(api.GET('/api/v1/audit', { params: { query: { ...filter, ...countedPage(pageParam) } }, signal })),
  });
