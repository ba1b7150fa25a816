import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, pageOf } from '../client.ts';
import { cursorPage, pages } from '../paging.ts';
import type { CreditImportLineView, CreditImportView } from '../schema.gen.ts';

/** While credits are being booked, the progress is read this often. */
const PROGRESS_MS = 1_500;

/** Scheduled grants, newest first. */
export const scheduledGrants = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'scheduled grants'],
    queryFn: ({ pageParam, signal }) =>
      pageOf(api.GET('/api/v1/admin/scheduled-grants', { params: { query: cursorPage(pageParam) }, signal })),
  });

/** A scheduled grant. */
export const scheduledGrant = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'scheduled grant', id],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/admin/scheduled-grants/{id}', { params: { path: { id } }, signal })),
  });

/** The next occurrences of a scheduled grant. */
export const nextGrants = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'scheduled grant', id, 'next'],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/admin/scheduled-grants/{id}/preview', { params: { path: { id } }, signal })),
  });

/** The latest occurrences of a scheduled grant. */
export const grantRuns = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'scheduled grant', id, 'runs'],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/admin/scheduled-grants/{id}/runs', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.some((run) => run.completed_at === null) ? PROGRESS_MS : false),
  });

/** Imports of credits, newest first. */
export const creditImports = () =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'credit imports'],
    queryFn: ({ pageParam, signal }) =>
      pageOf(api.GET('/api/v1/admin/credits/imports', { params: { query: cursorPage(pageParam) }, signal })),
  });

/** An import of credits with its progress. */
export const creditImport = (id: string) =>
  queryOptions({
    queryKey: ['admin', 'credit import', id],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/admin/credits/imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'booking' ? PROGRESS_MS : false),
  });

/** The lines of an import with their results. `stage` is the state of the import: with it the results change. */
export const creditImportLines = (
  id: string,
  stage: CreditImportView['state'],
  filter: { state?: CreditImportLineView['state'] },
) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['admin', 'credit import lines', id, stage, filter],
    queryFn: ({ pageParam, signal }) => {
      const params = { path: { id }, query: { ...filter, ...cursorPage(pageParam) } };
      return pageOf(api.GET('/api/v1/admin/credits/imports/{id}/lines', { params, signal }));
    },
  });

/** Checks a file; nothing is booked. */
export async function checkCredits(file: File): Promise<CreditImportView> {
  const text = await file.text();
  return bodyOf(
    api.POST('/api/v1/admin/credits/import', {
      params: { query: { dry_run: true, name: file.name } },
      body: text,
      bodySerializer: () => text,
      headers: { 'content-type': 'text/csv' },
    }),
  );
}
