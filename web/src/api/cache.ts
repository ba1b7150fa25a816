import { QueryClient } from '@tanstack/react-query';
import { Problem } from './problem.ts';

const STALE_MS = 30_000;
const RETRIES = 2;

/** What was read from the service, for all pages. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      retry: (failures, error) => failures < RETRIES && !(error instanceof Problem && error.is_final),
    },
  },
});
