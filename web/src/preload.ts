import { queries } from './api/cache.ts';
import { grants } from './api/credits.ts';
import { me } from './api/queries.ts';
import { transactions } from './api/transactions.ts';
import { insights, predictions, recentDays, spent, usageSeries } from './api/usage.ts';
import { timeZone } from './lib/preferences.ts';
import { pageCode } from './page-code.ts';

/*
 * Starts what a page needs while its code and the viewer are still on their way. Nothing waits for it and failures are
 * ignored here: the page asks again and shows them.
 */

const DAYS = 30;

const ignore = (): undefined => undefined;

/** What pages show at first, without any filter in their address. */
const DATA: Record<string, () => void> = {
  '/': preloadOverview,
  '/usage': preloadUsage,
  '/transactions': preloadTransactions,
};

/** Starts the page at an address: its code, who is signed in, and its data. */
export function startPage({ pathname, search }: Pick<Location, 'pathname' | 'search'>): void {
  const path = pathname.replace(/^\/app/, '').replace(/(.)\/$/, '$1');
  const load = (pageCode as Partial<Record<string, () => Promise<unknown>>>)[path];
  if (!load) return;
  // first what the service needs longest for; a browser has six connections to it
  if (search === '') DATA[path]?.();
  start(me());
  load().catch(ignore);
}

export function preloadOverview(): void {
  const tz = timeZone();
  start(usageSeries(recentDays(tz, DAYS, 'model')));
  start(spent(tz));
  ifAccount(() => {
    for (const options of [grants(), predictions(tz), insights(tz)]) start(options);
  });
}

export function preloadUsage(): void {
  start(usageSeries({ ...recentDays(timeZone(), DAYS, 'model'), compare: 'previous' }));
}

export function preloadTransactions(): void {
  ifAccount(() => void queries.infiniteQuery(transactions({}, timeZone())).catch(ignore));
}

/** What has failed is left to the page. */
function start(options: { queryKey: readonly unknown[] }): void {
  if (queries.getQueryState(options.queryKey)?.error) return;
  void queries.query(options as Parameters<typeof queries.query>[0]).catch(ignore);
}

/** Reading one's own account creates it, which a look at a page must not do for an admin. */
function ifAccount(act: () => void): void {
  queries
    .query({ ...me(), staleTime: 'static' })
    .then(({ account }) => {
      if (account !== null) act();
    })
    .catch(ignore);
}
