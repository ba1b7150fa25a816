import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { type Problem } from './api/problem.ts';
import { session } from './auth/session.ts';
import { toSignIn, viewer } from './auth/viewer.ts';
import { textsIn } from './lib/search.ts';
import { pageCode } from './page-code.ts';
import { preloadOverview, preloadTransactions, preloadUsage } from './preload.ts';
import { publicPages, root } from './public-routes.tsx';
import { isAdmin } from './ui/pages.ts';
import { Shell } from './ui/shell.tsx';
import { NotFound, PageFailure, Pending } from './ui/states.tsx';

/** Every page below it needs a session and has the frame. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: ({ location }) => {
    if (session() === null) throw toSignIn(location.href);
  },
  loader: ({ location: { href } }) => viewer(href),
  component: Shell,
  errorComponent: PageFailure,
  notFoundComponent: NotFound,
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  loader: preloadOverview,
  component: lazyRouteComponent(pageCode['/'], 'Overview'),
});
const usage = createRoute({
  getParentRoute: () => shell,
  path: '/usage',
  validateSearch: textsIn(
    ...(['from', 'to', 'granularity', 'measure', 'group_by', 'group', 'compare'] as const),
    ...(['at', 'status', 'receipt', 'event'] as const),
  ),
  loader: ({ location }) => {
    if (location.searchStr === '') preloadUsage();
  },
  component: lazyRouteComponent(pageCode['/usage'], 'Usage'),
});
const transactions = createRoute({
  getParentRoute: () => shell,
  path: '/transactions',
  validateSearch: textsIn('search', 'service', 'transaction_type', 'size', 'date_from', 'date_to', 'receipt'),
  loader: ({ location }) => {
    if (location.searchStr === '') preloadTransactions();
  },
  component: lazyRouteComponent(pageCode['/transactions'], 'Transactions'),
});
const billing = createRoute({
  getParentRoute: () => shell,
  path: '/billing',
  validateSearch: textsIn('result', 'payment'),
  component: lazyRouteComponent(pageCode['/billing'], 'Billing'),
});
const coupons = createRoute({
  getParentRoute: () => shell,
  path: '/coupons',
  validateSearch: textsIn('code'),
  component: lazyRouteComponent(pageCode['/coupons'], 'Coupons'),
});
const invite = createRoute({
  getParentRoute: () => shell,
  path: '/invite',
  validateSearch: textsIn('ref'),
  component: lazyRouteComponent(pageCode['/invite'], 'Invite'),
});
const keys = createRoute({
  getParentRoute: () => shell,
  path: '/keys',
  validateSearch: textsIn('key', 'panel'),
  component: lazyRouteComponent(pageCode['/keys'], 'Keys'),
});
const budgets = createRoute({
  getParentRoute: () => shell,
  path: '/budgets',
  component: lazyRouteComponent(pageCode['/budgets'], 'Budgets'),
});
const ownKey = createRoute({
  getParentRoute: () => shell,
  path: '/own-key',
  component: lazyRouteComponent(pageCode['/own-key'], 'OwnKey'),
});
const organization = createRoute({
  getParentRoute: () => shell,
  path: '/organization',
  validateSearch: textsIn('tab'),
  component: lazyRouteComponent(pageCode['/organization'], 'Organization'),
});
const newOrganization = createRoute({
  getParentRoute: () => shell,
  path: '/new-organization',
  component: lazyRouteComponent(() => import('./pages/new-organization.tsx'), 'NewOrganization'),
});
const models = createRoute({
  getParentRoute: () => shell,
  path: '/models',
  validateSearch: textsIn('search', 'filter', 'sort', 'compare'),
  component: lazyRouteComponent(pageCode['/models'], 'Models'),
});
const savings = createRoute({
  getParentRoute: () => shell,
  path: '/savings',
  component: lazyRouteComponent(pageCode['/savings'], 'Savings'),
});
const inbox = createRoute({
  getParentRoute: () => shell,
  path: '/inbox',
  component: lazyRouteComponent(pageCode['/inbox'], 'Inbox'),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(pageCode['/settings'], 'Settings'),
});

/** Pages of administration. The service refuses everybody else; this only saves them the look of a refusal. */
const admin = createRoute({
  getParentRoute: () => shell,
  path: '/admin',
  beforeLoad: async ({ location }) => {
    if (!isAdmin(await viewer(location.href))) throw redirect({ to: '/', replace: true });
  },
  component: lazyRouteComponent(() => import('./pages/admin/texts.tsx'), 'AdminTexts'),
});
const today = createRoute({
  getParentRoute: () => admin,
  path: '/',
  validateSearch: textsIn('window'),
  component: lazyRouteComponent(pageCode['/admin'], 'Today'),
});
const accounts = createRoute({
  getParentRoute: () => admin,
  path: '/accounts',
  validateSearch: textsIn('search', 'status', 'tier', 'in_debt', 'sort', 'account', 'tab', 'receipt'),
  component: lazyRouteComponent(pageCode['/admin/accounts'], 'Accounts'),
});
const prices = createRoute({
  getParentRoute: () => admin,
  path: '/prices',
  validateSearch: textsIn('tab', 'search', 'class', 'group_by', 'days', 'model', 'service', 'panel'),
  component: lazyRouteComponent(pageCode['/admin/prices'], 'Prices'),
});
const tiers = createRoute({
  getParentRoute: () => admin,
  path: '/tiers',
  validateSearch: textsIn('tier'),
  component: lazyRouteComponent(pageCode['/admin/tiers'], 'Tiers'),
});
const couponCodes = createRoute({
  getParentRoute: () => admin,
  path: '/coupons',
  validateSearch: textsIn('filter', 'code', 'panel'),
  component: lazyRouteComponent(pageCode['/admin/coupons'], 'CouponCodes'),
});
const referrals = createRoute({
  getParentRoute: () => admin,
  path: '/referrals',
  validateSearch: textsIn('state', 'panel', 'referral'),
  component: lazyRouteComponent(pageCode['/admin/referrals'], 'Referrals'),
});
const gifts = createRoute({
  getParentRoute: () => admin,
  path: '/gifts',
  validateSearch: textsIn('panel'),
  component: lazyRouteComponent(pageCode['/admin/gifts'], 'Gifts'),
});
const bulkCredits = createRoute({
  getParentRoute: () => admin,
  path: '/bulk-credits',
  validateSearch: textsIn('tab', 'panel', 'schedule', 'file'),
  component: lazyRouteComponent(pageCode['/admin/bulk-credits'], 'BulkCredits'),
});
const payments = createRoute({
  getParentRoute: () => admin,
  path: '/payments',
  validateSearch: textsIn('tab', 'state', 'payment'),
  component: lazyRouteComponent(pageCode['/admin/payments'], 'Payments'),
});
const litellm = createRoute({
  getParentRoute: () => admin,
  path: '/litellm',
  validateSearch: textsIn('status', 'log'),
  component: lazyRouteComponent(pageCode['/admin/litellm'], 'LiteLlm'),
});
const reconciliation = createRoute({
  getParentRoute: () => admin,
  path: '/reconciliation',
  component: lazyRouteComponent(pageCode['/admin/reconciliation'], 'Reconciliation'),
});
const audit = createRoute({
  getParentRoute: () => admin,
  path: '/audit',
  validateSearch: textsIn('user_id', 'actor', 'action', 'result', 'date_from', 'date_to', 'entry'),
  component: lazyRouteComponent(pageCode['/admin/audit'], 'Audit'),
});
const webhooks = createRoute({
  getParentRoute: () => admin,
  path: '/webhooks',
  validateSearch: textsIn(
    ...(['tab', 'panel', 'endpoint', 'delivery'] as const),
    ...(['endpoint_id', 'status', 'type', 'user_id', 'date_from', 'date_to'] as const),
  ),
  component: lazyRouteComponent(pageCode['/admin/webhooks'], 'Webhooks'),
});
const growth = createRoute({
  getParentRoute: () => admin,
  path: '/growth',
  validateSearch: textsIn('from', 'to', 'panel'),
  component: lazyRouteComponent(pageCode['/admin/growth'], 'Growth'),
});
const jobs = createRoute({
  getParentRoute: () => admin,
  path: '/jobs',
  validateSearch: textsIn('tab', 'queue', 'state', 'run'),
  component: lazyRouteComponent(pageCode['/admin/jobs'], 'Jobs'),
});

const people = [
  overview,
  usage,
  transactions,
  billing,
  coupons,
  invite,
  keys,
  budgets,
  ownKey,
  organization,
  newOrganization,
  models,
  savings,
  inbox,
  settings,
] as const;
const administration = admin.addChildren([
  today,
  accounts,
  prices,
  tiers,
  couponCodes,
  referrals,
  gifts,
  bulkCredits,
  payments,
  litellm,
  reconciliation,
  audit,
  webhooks,
  growth,
  jobs,
]);
const tree = root.addChildren([...publicPages, shell.addChildren([...people, administration])]);

/** The router of all pages, below /app. Filters and open drawers are search parameters, so that links lead to them. */
export const router = createRouter({
  routeTree: tree,
  basepath: '/app',
  defaultPendingComponent: Pending,
  defaultPendingMs: 0,
  defaultPendingMinMs: 0,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0, // TanStack Query decides what is fresh
  defaultErrorComponent: PageFailure,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Problem;
  }
}
