import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { PRIVATE_COLUMNS, ROWS } from '../../../src/generated/rows.js';
import { propertiesOf } from '../../../src/platform/http/view.js';
import { startApp, type TestApp } from '../../support/app.js';

/** Views that show rows of a table, by their names in the document. */
const VIEWS: Record<keyof typeof ROWS, string[]> = {
  tiers: ['TierView', 'TierComparisonView', 'MePlanView'],
  user_credits: ['BalanceView', 'MovementView', 'CurrentUsageView', 'AccountView', 'MoveView', 'PreferencesView'],
  account_erasures: [],
  credit_transactions: ['TransactionView'],
  credit_grants: ['GrantView'],
  credit_holds: ['HoldView'],
  idempotency_keys: [],
  call_answers: [],
  api_keys: ['ApiKeyView', 'NewApiKeyView', 'MeKeyView'],
  api_key_models: [],
  budgets: ['BudgetView', 'BudgetScopeView'],
  events: ['EventView'],
  event_counters: [],
  event_positions: [],
  webhook_endpoints: ['WebhookEndpointView', 'NewWebhookEndpointView'],
  webhook_deliveries: ['WebhookDeliveryView'],
  webhook_queues: [],
  portal_sessions: ['PortalSessionView', 'NewPortalSessionView'],
  contacts: ['ContactView', 'PreferencesView'],
  notifications: ['NotificationView'],
  notification_alerts: [],
  mails: ['MailView'],
  operator_messages: [],
  organizations: ['OrganizationView', 'OrganizationOfMeView'],
  organization_members: ['MemberView', 'MemberEventObject'],
  organization_invitations: ['InvitationView', 'NewInvitationView', 'InvitationOfferView'],
  cost_centers: ['CostCenterView'],
  audit_logs: ['AuditView', 'AuditEntryView', 'AuditLogView'],
  usage_events: ['UsageEventView', 'TrackedView'],
  usage_event_names: [],
  usage_daily: [],
  usage_by_hour: [],
  usage_sessions: [],
  usage_rollups: [],
  usage_hourly: ['SpendingView', 'SpendingPointView'],
  usage_by_attribution: [],
  hourly_rollups: [],
  rate_counters: [],
  model_prices: ['ModelPriceView', 'ModelPricesView'],
  price_withdrawals: ['ModelPriceView'],
  catalogue_revisions: [],
  model_equivalents: ['EquivalentView'],
  dismissed_recommendations: [],
  experiments: ['ExperimentView'],
  experiment_assignments: [],
  openings: [],
  welcome_steps: ['WelcomeStepView'],
  welcomes: ['WelcomeView'],
  welcome_gifts: [],
  abuse_signals: [],
  referral_programs: ['ReferralProgramView'],
  referral_codes: ['MyReferralsView'],
  referrals: ['ReferralView'],
  gift_checks: ['GiftReviewView'],
  gift_check_settings: ['GiftCheckSettingsView'],
  markup_rules: ['MarkupRuleView'],
  service_tier_multipliers: ['ServiceTierMultiplierView'],
  scheduled_grants: ['ScheduledGrantView'],
  scheduled_grant_runs: ['ScheduledGrantRunView'],
  credit_imports: ['CreditImportView'],
  credit_import_lines: ['CreditImportLineView'],
  credit_packages: ['PackageView', 'PackageOfferView'],
  payment_customers: [],
  payments: ['PaymentView', 'PaymentDetailView'],
  payment_refunds: ['RefundView'],
  payment_disputes: ['DisputeView'],
  subscriptions: ['SubscriptionView'],
  payment_events: ['PaymentEventView'],
  auto_topups: ['AutoTopupView'],
  coupon_codes: ['CouponView', 'CouponStatsView', 'CouponOfferView'],
  coupon_redemptions: ['RedemptionView'],
  coupon_attempts: [],
  openrouter_key_tries: [],
  litellm_rejected_logs: ['RejectedLogView'],
  openrouter_readings: [],
  account_discounts: ['DiscountView'],
  openrouter_accounts: ['OpenRouterAccountView', 'OpenRouterBalanceView'],
};

interface Schema {
  $ref?: string;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
}

let t: TestApp;
let document: OpenAPIObject;
beforeAll(async () => {
  t = await startApp();
  document = (await t.call('/openapi.json')).body as OpenAPIObject;
});
afterAll(() => t.close());

/** Names of the schemas that some answer of the interface is made of. */
function answered(): Set<string> {
  const names = new Set<string>();
  const visit = (schema: Schema | undefined): void => {
    const name = schema?.$ref?.split('/').at(-1);
    if (name !== undefined && !names.has(name)) {
      names.add(name);
      visit(document.components?.schemas?.[name]);
    }
    const { items, allOf = [], anyOf = [], oneOf = [], properties = {} } = schema ?? {};
    for (const inner of [items, ...allOf, ...anyOf, ...oneOf, ...Object.values(properties)]) {
      if (inner) visit(inner);
    }
  };
  const operations = Object.values(document.paths).flatMap(({ get, post, put, patch, delete: remove }) => [
    get,
    post,
    put,
    patch,
    remove,
  ]);
  const responses = operations.flatMap((operation) => Object.entries(operation?.responses ?? {}));
  for (const [status, response] of responses) {
    const content = (response as { content?: Record<string, { schema?: Schema }> }).content ?? {};
    if (status.startsWith('2')) visit(content['application/json']?.schema);
  }
  return names;
}

describe.each(Object.keys(ROWS) as (keyof typeof ROWS)[])('the columns of %s', (table) => {
  it('are in an answer or on the list of private columns, not in both', async () => {
    const names = [...answered()].filter((name) => VIEWS[table].includes(name));
    if (VIEWS[table].length > 0) expect(names).not.toEqual([]);
    const shown = new Set(
      names.flatMap((name) => Object.keys((document.components?.schemas?.[name] as Schema).properties ?? {})),
    );
    const hidden = new Set(PRIVATE_COLUMNS[table]);
    const columns = await t.pool!.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
      [table],
    );
    const stored = columns.rows.map((row) => row.column_name);
    expect(stored.filter((column) => !shown.has(column) && !hidden.has(column))).toEqual([]);
    expect(stored.filter((column) => shown.has(column) && hidden.has(column))).toEqual([]);
    expect([...hidden].filter((column) => !stored.includes(column))).toEqual([]);
  });

  it('are those of its row class', async () => {
    const { rows } = await t.pool!.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1`,
      [table],
    );
    expect(rows.map((row) => row.column_name).toSorted()).toEqual(propertiesOf(ROWS[table]).toSorted());
  });
});

describe('the tables', () => {
  it('all have a row class', async () => {
    const { rows } = await t.pool!.query<{ table_name: string }>(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
        AND table_name <> '_prisma_migrations' AND NOT EXISTS (SELECT FROM pg_class WHERE relname = table_name AND relispartition)`,
    );
    expect(rows.map((row) => row.table_name).toSorted()).toEqual(Object.keys(ROWS).toSorted());
  });
});

describe('the answers', () => {
  it('show no view of a table that this spec does not know', () => {
    const known = new Set(Object.values(VIEWS).flat());
    const columns = Object.entries(ROWS).map(([table, row]) => ({ table, names: new Set(propertiesOf(row)) }));
    const strangers = [...answered()].filter((name) => {
      const own = Object.keys((document.components?.schemas?.[name] as Schema).properties ?? {});
      const alike = columns.some(
        ({ names }) => own.length > 5 && own.filter((key) => names.has(key)).length === own.length,
      );
      return alike && !known.has(name);
    });
    expect(strangers).toEqual([]);
  });
});
