import { QueryClient } from '@tanstack/react-query';
import { Problem } from './problem.ts';

const STALE_MS = 30_000;
const RETRIES = 2;
const FORBIDDEN = 403;

/** What was read from the service, for all pages. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      // what the session may not read is asked for once
      retryOnMount: ({ state: { error } }) => !(error instanceof Problem && error.status === FORBIDDEN),
      retry: (failures, error) => failures < RETRIES && !(error instanceof Problem && error.is_final),
    },
  },
});
