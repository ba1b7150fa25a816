import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { type Day, endOfDay, startOfDay } from '../lib/dates.ts';
import { defined } from '../lib/defined.ts';
import { api, bodyOf, type ExportFormat, fileOf, pageOf, type SavedFile } from './client.ts';
import { cursorPage, pages } from './paging.ts';
import type { TransactionType } from './schema.gen.ts';

/** Sizes to filter by: what came in, or charges of at least so many credits. */
export const SIZES = ['in', '0.1', '1', '10'] as const;
export type Size = (typeof SIZES)[number];

/** Which ledger lines a list shows. Days are those of the person's time zone, both included. */
export interface TransactionFilters {
  search?: string | undefined;
  service?: string | undefined;
  transaction_type?: TransactionType | undefined;
  size?: Size | undefined;
  date_from?: Day | undefined;
  date_to?: Day | undefined;
}

/** An account's ledger lines, newest first. @param userId somebody else's account, for admins */
export const transactions = (filters: TransactionFilters, timeZone: string, userId?: string) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: ['transactions', userId ?? null, filters, timeZone],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...queryOf(filters, timeZone, userId), ...cursorPage(pageParam) };
      return pageOf(api.GET('/api/v1/credits/transactions', { params: { query: defined(query) }, signal }));
    },
  });

/** @returns the same lines as a file */
export const exportTransactions = (
  filters: TransactionFilters,
  timeZone: string,
  format: ExportFormat,
  userId?: string,
): Promise<SavedFile> => {
  const query = defined({ ...queryOf(filters, timeZone, userId), format });
  return fileOf(api.GET('/api/v1/credits/transactions/export', { params: { query }, parseAs: 'blob' }));
};

/** A ledger line with the arithmetic behind its amount. */
export const receipt = (id: string, userId?: string) =>
  queryOptions({
    queryKey: ['receipt', userId ?? null, id],
    queryFn: ({ signal }) => {
      const params = { path: { id }, query: defined({ user_id: userId }) };
      return bodyOf(api.GET('/api/v1/credits/transactions/{id}/receipt', { params, signal }));
    },
  });

/** Names of the services that an account has used, dearest first. */
export const servicesUsed = (userId?: string) =>
  queryOptions({
    queryKey: ['services-used', userId ?? null],
    queryFn: async ({ signal }) => {
      const query = defined({ user_id: userId });
      const services = await bodyOf(api.GET('/api/v1/credits/usage/by-service', { params: { query }, signal }));
      return services.map(({ service }) => service);
    },
  });

/** The service's own days are those of UTC, so days are sent as instants. */
function queryOf({ date_from, date_to, size, ...filters }: TransactionFilters, timeZone: string, userId?: string) {
  return {
    ...filters,
    ...(size && boundsOf(size)),
    date_from: date_from && startOfDay(date_from, timeZone).toISOString(),
    date_to: date_to && endOfDay(date_to, timeZone).toISOString(),
    user_id: userId,
  };
}

/** Charges are negative. */
const boundsOf = (size: Size) => (size === 'in' ? { amount_min: '0' as const } : { amount_max: `-${size}` as const });
