import type { QueryClient } from '@tanstack/react-query';
import { grants } from './api/credits.ts';
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
  preloadCharts();
  const tz = timeZone();
  const start = (options: object) => void queries.query(options as Parameters<QueryClient['query']>[0]).catch(ignore);
  for (const options of [usageSeries(recentDays(tz, 30, 'model')), spent(tz), grants(), predictions(tz), insights(tz)])
    start(options);
}

export function preloadTransactions(queries: QueryClient): void {
  queries.infiniteQuery(transactions({}, timeZone())).catch(ignore);
}
