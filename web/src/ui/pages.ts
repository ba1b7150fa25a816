import {
  IconAdjustments,
  IconArrowsExchange,
  IconBell,
  IconBox,
  IconBuilding,
  IconCalendarDollar,
  IconChartBar,
  IconClipboardList,
  IconCreditCard,
  IconGauge,
  IconGift,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconPigMoney,
  IconPlug,
  IconPlugConnected,
  IconReceipt2,
  IconSettings,
  IconStack2,
  IconTicket,
  IconTool,
  IconTrendingUp,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
  IconUsersPlus,
  type TablerIcon,
} from '@tabler/icons-react';
import { dashboardConfig } from '../auth/config.ts';
import { actingFor } from '../auth/acting.ts';
import type { MeView } from '../api/schema.gen.ts';
import type { Texts } from '../texts/texts.ts';

/** What decides which pages a person sees. The service decides what they may do. */
type Viewer = Pick<MeView, 'roles' | 'scopes'>;

type Scope = NonNullable<MeView['scopes']>[number];

interface PageEntry {
  to:
    | '/'
    | '/usage'
    | '/transactions'
    | '/billing'
    | '/coupons'
    | '/invite'
    | '/keys'
    | '/budgets'
    | '/own-key'
    | '/models'
    | '/savings'
    | '/inbox'
    | '/settings'
    | '/organization'
    | '/admin'
    | '/admin/accounts'
    | '/admin/prices'
    | '/admin/tiers'
    | '/admin/coupons'
    | '/admin/referrals'
    | '/admin/gifts'
    | '/admin/bulk-credits'
    | '/admin/payments'
    | '/admin/litellm'
    | '/admin/reconciliation'
    | '/admin/audit'
    | '/admin/webhooks'
    | '/admin/growth'
    | '/admin/jobs';
  label: keyof Texts['nav'];
  icon: TablerIcon;
  /** What a limited session, such as that of a portal link, needs for the page. */
  scope?: Scope;
  /** Left out where the configuration has no use for it. */
  isShown?: boolean;
}

export const isAdmin = ({ roles }: Pick<Viewer, 'roles'>): boolean => roles.includes('admin');

/** @returns the organization that the viewer acts for; null for the own account */
export const actsFor = ({ organizations }: Pick<MeView, 'organizations'>): MeView['organizations'][number] | null =>
  organizations.find(({ id }) => id === actingFor()) ?? null;

/** @returns whether the viewer sees only its own part of what the organization does */
export const seesOwnPart = (viewer: Pick<MeView, 'organizations'>): boolean => actsFor(viewer)?.role === 'member';

/** The pages for people, in the order of the menu. */
export const PEOPLE_PAGES: readonly PageEntry[] = [
  { to: '/', label: 'overview', icon: IconLayoutDashboard },
  { to: '/organization', label: 'organization', icon: IconBuilding, isShown: actingFor() !== null },
  { to: '/usage', label: 'usage', icon: IconChartBar, scope: 'usage:read' },
  { to: '/transactions', label: 'transactions', icon: IconReceipt2, scope: 'credits:read' },
  { to: '/billing', label: 'billing', icon: IconCreditCard, scope: 'payments' },
  { to: '/coupons', label: 'coupons', icon: IconGift, scope: 'coupons' },
  { to: '/invite', label: 'invite', icon: IconUsersGroup, scope: 'coupons', isShown: actingFor() === null },
  { to: '/keys', label: 'keys', icon: IconKey, scope: 'keys:manage' },
  { to: '/budgets', label: 'budgets', icon: IconGauge, scope: 'balance:read' },
  {
    to: '/own-key',
    label: 'ownKey',
    icon: IconPlug,
    scope: 'keys:manage',
    isShown: dashboardConfig.features.own_keys,
  },
  { to: '/models', label: 'models', icon: IconBox, scope: 'models' },
  { to: '/savings', label: 'savings', icon: IconPigMoney, scope: 'usage:read' },
  { to: '/inbox', label: 'inbox', icon: IconBell, scope: 'notifications' },
  { to: '/settings', label: 'settings', icon: IconSettings },
];

/** The pages for admins, in the order of the menu. */
export const ADMIN_PAGES: readonly PageEntry[] = [
  { to: '/admin', label: 'today', icon: IconCalendarDollar },
  { to: '/admin/accounts', label: 'accounts', icon: IconUsers },
  { to: '/admin/prices', label: 'prices', icon: IconAdjustments },
  { to: '/admin/tiers', label: 'tiers', icon: IconStack2 },
  { to: '/admin/coupons', label: 'adminCoupons', icon: IconTicket },
  { to: '/admin/referrals', label: 'referrals', icon: IconUsersGroup },
  { to: '/admin/gifts', label: 'gifts', icon: IconGift },
  { to: '/admin/bulk-credits', label: 'bulkCredits', icon: IconUsersPlus },
  { to: '/admin/growth', label: 'growth', icon: IconTrendingUp },
  { to: '/admin/payments', label: 'payments', icon: IconArrowsExchange },
  { to: '/admin/litellm', label: 'litellm', icon: IconPlugConnected },
  { to: '/admin/reconciliation', label: 'reconciliation', icon: IconTool },
  { to: '/admin/audit', label: 'audit', icon: IconHistory },
  { to: '/admin/webhooks', label: 'webhooks', icon: IconWebhook },
  { to: '/admin/jobs', label: 'jobs', icon: IconClipboardList },
];

/** @returns the pages of both menus that the viewer sees */
export function pagesFor(viewer: Viewer): { people: PageEntry[]; admin: PageEntry[] } {
  const shown = (entries: readonly PageEntry[]) =>
    entries.filter(({ scope, isShown = true }) => isShown && may(viewer, scope));
  return { people: shown(PEOPLE_PAGES), admin: isAdmin(viewer) ? shown(ADMIN_PAGES) : [] };
}

/** @returns whether the session reaches far enough; only limited ones have scopes */
export const may = ({ scopes }: Pick<Viewer, 'scopes'>, scope: Scope | undefined): boolean =>
  scope === undefined || scopes === null || scopes.includes(scope);

/** @returns whether the viewer's session reaches far enough for the page at a path */
export function mayOpen(path: string, viewer: Pick<Viewer, 'scopes'>): boolean {
  return may(viewer, PEOPLE_PAGES.find(({ to }) => to === path)?.scope);
}
