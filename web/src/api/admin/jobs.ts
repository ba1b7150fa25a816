import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from '../client.ts';
import { cursorPage, pages } from '../paging.ts';
import type { JobRunView } from '../schema.gen.ts';

/** The jobs with schedule, next run and state. */
export const jobSchedules = () =>
  queryOptions({
    queryKey: ['admin', 'jobs'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/admin/jobs', { signal })),
  });

/** Runs of jobs, newest first. */
export const jobRuns = (filter: { queue?: string; state?: JobRunView['state'] }) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'job runs', filter],
    queryFn: ({ pageParam, signal }) =>
      pageOf(
        api.GET('/api/v1/admin/jobs/runs', { params: { query: { ...filter, ...cursorPage(pageParam) } }, signal }),
      ),
  });

/** A run with its data. */
export const jobRun = (queue: string, id: string) =>
  queryOptions({
    queryKey: ['admin', 'job run', queue, id],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/admin/jobs/{queue}/{id}', { params: { path: { queue, id } }, signal })),
  });
