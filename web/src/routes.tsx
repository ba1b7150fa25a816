import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { me } from './api/queries.ts';
import { Problem } from './api/problem.ts';
import type { MeView } from './api/schema.gen.ts';
import { dashboardConfig } from './auth/config.ts';
import { endSession, session } from './auth/session.ts';
import { textsIn } from './lib/search.ts';
import { preloadCharts, preloadOverview, preloadTransactions } from './preload.ts';
import { isAdmin } from './ui/pages.ts';
import { Shell } from './ui/shell.tsx';
import { NotFound, PageFailure, Pending } from './ui/states.tsx';

interface RouterContext {
  queries: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: textsIn('then'),
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignIn'),
});
const signedIn = createRoute({
  getParentRoute: () => root,
  path: '/signed-in',
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignedIn'),
});
const portal = createRoute({
  getParentRoute: () => root,
  path: '/portal',
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'Portal'),
});

const toSignIn = (then: string) => redirect({ to: '/sign-in', search: { then }, replace: true });

/** Who is signed in. A session that had ended before the page was opened leads to the sign-in page, and back. */
async function viewer(queries: QueryClient, href: string): Promise<MeView> {
  try {
    return await queries.query({ ...me(), staleTime: 'static' });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    endSession();
    throw toSignIn(href);
  }
}

/** Every page below it needs a session and has the frame. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: ({ location }) => {
    if (session() === null) throw toSignIn(location.href);
  },
  loader: ({ context: { queries }, location: { href } }) =>
    Promise.all([viewer(queries, href), queries.query({ ...dashboardConfig(), staleTime: 'static' })]),
  component: Shell,
  errorComponent: PageFailure,
  notFoundComponent: NotFound,
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  loader: ({ context: { queries } }) => preloadOverview(queries),
  component: lazyRouteComponent(() => import('./pages/overview.tsx'), 'Overview'),
});
const usage = createRoute({
  getParentRoute: () => shell,
  path: '/usage',
  validateSearch: textsIn(
    ...(['from', 'to', 'granularity', 'measure', 'group_by', 'group', 'compare'] as const),
    ...(['at', 'status', 'receipt', 'event'] as const),
  ),
  loader: preloadCharts,
  component: lazyRouteComponent(() => import('./pages/usage.tsx'), 'Usage'),
});
const transactions = createRoute({
  getParentRoute: () => shell,
  path: '/transactions',
  validateSearch: textsIn('search', 'service', 'transaction_type', 'size', 'date_from', 'date_to', 'receipt'),
  loader: ({ context: { queries }, location }) => {
    if (location.searchStr === '') preloadTransactions(queries);
  },
  component: lazyRouteComponent(() => import('./pages/transactions.tsx'), 'Transactions'),
});
const billing = createRoute({
  getParentRoute: () => shell,
  path: '/billing',
  validateSearch: textsIn('result', 'payment'),
  component: lazyRouteComponent(() => import('./pages/billing.tsx'), 'Billing'),
});
const coupons = createRoute({
  getParentRoute: () => shell,
  path: '/coupons',
  validateSearch: textsIn('code'),
  component: lazyRouteComponent(() => import('./pages/coupons.tsx'), 'Coupons'),
});
const ownKey = createRoute({
  getParentRoute: () => shell,
  path: '/own-key',
  component: lazyRouteComponent(() => import('./pages/own-key.tsx'), 'OwnKey'),
});
const models = createRoute({
  getParentRoute: () => shell,
  path: '/models',
  validateSearch: textsIn('search', 'filter', 'sort', 'compare'),
  component: lazyRouteComponent(() => import('./pages/models.tsx'), 'Models'),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings.tsx'), 'Settings'),
});

/** Pages of administration. The service refuses everybody else; this only saves them the look of a refusal. */
const admin = createRoute({
  getParentRoute: () => shell,
  path: '/admin',
  beforeLoad: async ({ context: { queries }, location }) => {
    if (!isAdmin({ me: await viewer(queries, location.href) })) throw redirect({ to: '/', replace: true });
  },
  component: Outlet,
});
const today = createRoute({
  getParentRoute: () => admin,
  path: '/',
  validateSearch: textsIn('window'),
  component: lazyRouteComponent(() => import('./pages/admin/today.tsx'), 'Today'),
});
const accounts = createRoute({
  getParentRoute: () => admin,
  path: '/accounts',
  validateSearch: textsIn('search', 'status', 'tier', 'in_debt', 'sort', 'account', 'tab', 'receipt'),
  component: lazyRouteComponent(() => import('./pages/admin/accounts.tsx'), 'Accounts'),
});
const prices = createRoute({
  getParentRoute: () => admin,
  path: '/prices',
  validateSearch: textsIn('tab', 'search', 'class', 'group_by', 'days', 'model', 'service', 'panel'),
  component: lazyRouteComponent(() => import('./pages/admin/prices.tsx'), 'Prices'),
});
const tiers = createRoute({
  getParentRoute: () => admin,
  path: '/tiers',
  validateSearch: textsIn('tier'),
  component: lazyRouteComponent(() => import('./pages/admin/tiers.tsx'), 'Tiers'),
});
const couponCodes = createRoute({
  getParentRoute: () => admin,
  path: '/coupons',
  validateSearch: textsIn('filter', 'code', 'panel'),
  component: lazyRouteComponent(() => import('./pages/admin/coupon-codes.tsx'), 'CouponCodes'),
});
const payments = createRoute({
  getParentRoute: () => admin,
  path: '/payments',
  validateSearch: textsIn('tab', 'state', 'payment'),
  component: lazyRouteComponent(() => import('./pages/admin/payments.tsx'), 'Payments'),
});
const litellm = createRoute({
  getParentRoute: () => admin,
  path: '/litellm',
  validateSearch: textsIn('status', 'log'),
  component: lazyRouteComponent(() => import('./pages/admin/litellm.tsx'), 'LiteLlm'),
});
const reconciliation = createRoute({
  getParentRoute: () => admin,
  path: '/reconciliation',
  component: lazyRouteComponent(() => import('./pages/admin/reconciliation.tsx'), 'Reconciliation'),
});
const audit = createRoute({
  getParentRoute: () => admin,
  path: '/audit',
  validateSearch: textsIn('user_id', 'actor', 'action', 'result', 'date_from', 'date_to', 'entry'),
  component: lazyRouteComponent(() => import('./pages/admin/audit.tsx'), 'Audit'),
});
const jobs = createRoute({
  getParentRoute: () => admin,
  path: '/jobs',
  validateSearch: textsIn('tab', 'queue', 'state', 'run'),
  component: lazyRouteComponent(() => import('./pages/admin/jobs.tsx'), 'Jobs'),
});

const people = [overview, usage, transactions, billing, coupons, ownKey, models, settings] as const;
const administration = admin.addChildren([
  today,
  accounts,
  prices,
  tiers,
  couponCodes,
  payments,
  litellm,
  reconciliation,
  audit,
  jobs,
]);
const tree = root.addChildren([signIn, signedIn, portal, shell.addChildren([...people, administration])]);

/** The router of all pages, below /app. Filters and open drawers are search parameters, so that links lead to them. */
export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: '/app',
    context: { queries },
    defaultPendingComponent: Pending,
    defaultPendingMs: 0,
    defaultPendingMinMs: 0,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0, // TanStack Query decides what is fresh
    defaultErrorComponent: PageFailure,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Problem;
  }
}
