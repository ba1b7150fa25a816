import type { QueryClient } from '@tanstack/react-query';
import { grants } from './api/credits.ts';
import { me } from './api/queries.ts';
import { transactions } from './api/transactions.ts';
import { insights, predictions, recentDays, spent, usageSeries } from './api/usage.ts';
import { timeZone } from './lib/preferences.ts';

/*
 * Starts what a page needs while its code and the viewer are still on their way. Nothing waits for it and failures are
 * ignored here: the page asks again and shows them.
 */

const ignore = (): undefined => undefined;

export function preloadCharts(): void {
  import('./ui/charts.tsx').catch(ignore);
}

export function preloadOverview(queries: QueryClient): void {
  const tz = timeZone();
  const start = (options: object) => void queries.query(options as Parameters<QueryClient['query']>[0]).catch(ignore);
  for (const options of [usageSeries(recentDays(tz, 30, 'model')), spent(tz)]) start(options);
  ifAccount(queries, () => {
    for (const options of [grants(), predictions(tz), insights(tz)]) start(options);
  });
}

export function preloadTransactions(queries: QueryClient): void {
  ifAccount(queries, () => void queries.infiniteQuery(transactions({}, timeZone())).catch(ignore));
}

/** Reading one's own account creates it, which a look at a page must not do for an admin. */
function ifAccount(queries: QueryClient, act: () => void): void {
  queries
    .query({ ...me(), staleTime: 'static' })
    .then(({ account }) => {
      if (account !== null) act();
    })
    .catch(ignore);
}
