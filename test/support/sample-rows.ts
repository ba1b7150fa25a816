import type pg from 'pg';

const id = (n: number): string => `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const at = '2026-11-01T00:00:00Z';
const later = '2099-01-01T00:00:00Z';
const soon = new Date(Date.now() + 20 * 86_400_000).toISOString();
const ann = { user_id: 'ann' };

/**
 * A row for each table that no migration fills: an account that was given 5 credits, spent 1 and holds 1, and what else
 * belongs to it. Columns that a table does not have yet are left out.
 */
const ROWS: [table: string, ...rows: Record<string, unknown>[]][] = [
  [
    'user_credits',
    {
      ...ann,
      balance: 4,
      held: 1,
      tier: 'trial',
      reset_date: soon,
      due_at: at,
      used_this_period: 1,
      allocated_monthly: 5,
      bonus_credits: 0,
      monthly_cap: 5,
      has_budgets: true,
      created_at: at,
      last_updated: '2026-11-02T00:00:00Z',
    },
  ],
  [
    'credit_transactions',
    { id: id(1), ...ann, amount: 5, balance_after: 5, transaction_type: 'purchase', actor: 'system', created_at: at },
    { id: id(2), ...ann, amount: -1, balance_after: 4, transaction_type: 'usage', actor: 'ops', created_at: at },
  ],
  [
    'credit_grants',
    {
      id: id(3),
      ...ann,
      source: 'trial',
      amount: 5,
      remaining: 5,
      priority: 10,
      effective_at: at,
      transaction_id: id(1),
      created_at: at,
    },
  ],
  ['credit_holds', { id: id(4), ...ann, amount: 1, service: 'tts', expires_at: later, actor: 'ops', created_at: at }],
  [
    'gateway_calls',
    { hold_id: id(4), ...ann, model: 'm', is_own_key: true, generation_id: 'gen-1', lease_until: later },
  ],
  ['idempotency_keys', { ...ann, idempotency_key: 'key-1', request_hash: 'a'.repeat(64), resource_id: id(2) }],
  ['audit_logs', { ...ann, action: 'credit.create', result: 'success', actor: 'system', resource_type: 'account' }],
  [
    'usage_events',
    {
      id: id(5),
      ...ann,
      service: 'tts',
      model: 'm',
      request_id: 'r',
      total_cost: 1,
      provider_cost: 1,
      occurred_at: at,
    },
  ],
  ['usage_event_names', { ...ann, digest: id(1), event_id: id(5) }],
  ['usage_daily', { ...ann, day: '2026-11-01', service: 'tts', model: 'm', event_count: 1, total_cost: 1 }],
  ['usage_by_hour', { ...ann, hour: at, service: 'tts', model: 'm', event_count: 1, total_cost: 1 }],
  ['usage_hourly', { ...ann, hour: at, service: 'tts', model: 'm', has_usage: true, event_count: 1, credits: 1 }],
  [
    'usage_by_attribution',
    { ...ann, dimension: 'tag', value: 't', hour: at, service: 'tts', model: 'm', has_usage: true, event_count: 1 },
  ],
  ['usage_sessions', { ...ann, day: '2026-11-01', session_id: 's' }],
  ['coupon_codes', { code: 'WELCOME', coupon_type: 'fixed_discount', value: 1, created_by: 'ops', used_count: 1 }],
  [
    'coupon_redemptions',
    { ...ann, code: 'WELCOME', credits_awarded: 0, credits_added: 0, new_balance: 4, redeemed_at: at },
  ],
  ['account_discounts', { ...ann, code: 'WELCOME', coupon_type: 'fixed_discount', value: 1 }],
  ['coupon_attempts', { ...ann, attempted_at: at }],
  ['credit_packages', { package_code: 'small', name: 'Small', credits: 10, price: 9 }],
  ['payment_customers', { ...ann, customer_id: 'cus_1' }],
  [
    'payments',
    {
      id: id(6),
      ...ann,
      kind: 'renewal',
      status: 'paid',
      tier: 'starter',
      credits: 20,
      amount: 19,
      currency: 'usd',
      refunded: 2,
      disputed: 3,
      dispute: 'open',
      taken_back: 1,
      paid_at: at,
      subscription_id: 'sub_1',
    },
    {
      id: id(7),
      ...ann,
      kind: 'package',
      status: 'open',
      package_code: 'small',
      credits: 10,
      amount: 9,
      currency: 'usd',
    },
  ],
  [
    'subscriptions',
    {
      ...ann,
      subscription_id: 'sub_1',
      tier: 'starter',
      paid_tier: 'starter',
      amount: 19,
      currency: 'usd',
      status: 'active',
      paid_until: later,
      paid_terms: {},
      terms: {},
    },
  ],
  [
    'payment_events',
    ...['refund', 'dispute', 'invoice', 'subscription', 'checkout'].map((kind) => ({
      event_id: `evt_${kind}`,
      type: kind,
      reference: 'pi_1',
      facts: { kind, amount_cents: 100 },
      state: 'received',
      next_try_at: later,
      occurred_at: at,
    })),
  ],
  [
    'payment_refunds',
    { ...ann, payment_id: id(7), refund_id: 're_1', status: 'succeeded', amount: 1, currency: 'usd' },
  ],
  [
    'payment_disputes',
    { ...ann, payment_id: id(7), dispute_id: 'dp_1', status: 'open', amount: 1, currency: 'usd', told_at: at },
  ],
  ['auto_topups', { ...ann, threshold: 1, package_code: 'small', monthly_limit: 50 }],
  ['openrouter_accounts', { ...ann, encrypted_key: 'k1.abc', key_hint: 'sk-or-...abc' }],
  ['openrouter_key_tries', { ...ann }],
  ['openrouter_readings', { total_usage: 1, read_at: at }],
  ['account_erasures', { user_id: 'gone' }],
  ['call_answers', { ...ann, hold_id: id(4), content_type: 'application/json', sealed_answer: 'k1.abc' }],
  [
    'budgets',
    {
      id: id(10),
      ...ann,
      limit_amount: 5,
      unit: 'credits',
      window_kind: 'month',
      timezone: 'UTC',
      on_exceed: 'block',
      thresholds: [80],
      forecast: false,
      set_by: 'user',
      is_active: true,
      used: 0,
      held: 1,
      boost: 0,
      window_start: at,
      resets_at: '2026-12-01T00:00:00Z',
      reported_threshold: 0,
      is_exceeded: false,
      created_by: 'ann',
      created_at: at,
    },
  ],
  ['event_counters', { ...ann, last_sequence: 1, last_at: at }],
  ['events', { id: id(11), ...ann, sequence: 1, type: 'budget.exceeded', occurred_at: at, data: {} }],
  [
    'webhook_endpoints',
    {
      id: id(12),
      url: 'https://app.example.com/webhooks',
      events: ['*'],
      encrypted_secret: 'k1.abc',
      created_by: 'ops',
      created_at: at,
      updated_at: at,
    },
  ],
  [
    'webhook_deliveries',
    { id: id(13), ...ann, endpoint_id: id(12), event_id: id(11), type: 'budget.exceeded', sequence: 1, created_at: at },
  ],
  ['webhook_queues', { ...ann, endpoint_id: id(12), due_at: at }],
  [
    'contacts',
    {
      ...ann,
      email: 'ann@example.com',
      source: 'token',
      verified_at: at,
      timezone: 'UTC',
      muted_mails: [],
      muted_inbox: [],
    },
  ],
  ['notifications', { id: id(70), ...ann, kind: 'welcome', cause: 'c', facts: {}, in_inbox: true, created_at: at }],
  ['notification_alerts', { ...ann, name: 'low_balance', told_at: at }],
  [
    'mails',
    {
      id: id(71),
      ...ann,
      kind: 'welcome',
      email: 'ann@example.com',
      language: 'en',
      timezone: 'UTC',
      facts: {},
      state: 'queued',
      attempts: 0,
      next_try_at: later,
      created_at: at,
    },
  ],
  [
    'operator_messages',
    { id: id(72), cause: 'c', text: 't', state: 'queued', attempts: 0, next_try_at: later, created_at: at },
  ],
  [
    'portal_sessions',
    {
      id: id(8),
      ...ann,
      token_hash: 'a'.repeat(64),
      scopes: ['balance:read'],
      created_by: 'ops',
      expires_at: '2026-11-01T00:30:00Z',
      created_at: at,
    },
  ],
  [
    'api_keys',
    {
      id: id(8),
      ...ann,
      name: 'Notebook',
      start: 'tg_live_4fRt',
      key_hash: 'b'.repeat(64),
      hash_alg: 'hmac-sha256:k1',
      scopes: ['gateway'],
      created_by: 'ops',
      created_at: at,
    },
  ],
  ['rate_counters', { subject: 's'.repeat(43), minute_at: at, requests: 1, tokens: 1 }],
  ['api_key_models', { ...ann, api_key_id: id(8), model: 'openai/gpt-5', first_used_at: at }],
  ['organizations', { user_id: 'org_acme', name: 'Acme', created_by: 'ann', created_at: at }],
  ['organization_members', { user_id: 'org_acme', member_id: 'ann', role: 'owner', created_by: 'ann', created_at: at }],
  [
    'organization_invitations',
    {
      id: id(10),
      user_id: 'org_acme',
      email: 'bob@example.com',
      role: 'member',
      token_hash: 'd'.repeat(64),
      expires_at: later,
      created_by: 'ann',
      created_at: at,
    },
  ],
  ['cost_centers', { user_id: 'org_acme', code: 'research', name: 'Research', created_at: at }],
  ['litellm_rejected_logs', { log_hash: id(8), reason: 'no_user', detail: 'nobody pays' }],
  ['model_prices', { id: id(9), model: 'sample', input_per_million: 1, output_per_million: 1, effective_from: at }],
  ['price_withdrawals', { price_id: id(9) }],
  [
    'scheduled_grants',
    {
      id: id(12),
      ...ann,
      name: 'Weekly',
      amount: 5,
      source: 'bonus',
      every: 'week',
      starts_on: '2026-11-02',
      time_of_day: '00:00',
      timezone: 'UTC',
      active_since: at,
      created_by: 'ops',
      created_at: at,
    },
  ],
  [
    'scheduled_grant_runs',
    {
      schedule_id: id(12),
      occurrence: '2026-11-02',
      due_at: at,
      amount: 5,
      accounts: 1,
      granted: 0,
      skipped: 0,
      started_at: at,
    },
  ],
  [
    'credit_imports',
    { id: id(13), name: 'june.csv', digest: 'd'.repeat(64), state: 'checked', created_by: 'ops', created_at: at },
  ],
  ['model_equivalents', { id: id(14), from: 'openai/gpt-4o', to: 'openai/gpt-4o-mini', created_at: at }],
  [
    'experiments',
    {
      key: 'trial-size',
      metric: 'converted',
      arms: [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 1, trial_credits: '10' },
      ],
      from: at,
      to: '2027-03-01T00:00:00Z',
      arm_size: 725,
      created_by: 'ops',
      created_at: at,
    },
  ],
  ['experiment_assignments', { ...ann, experiment: 'trial-size', arm: 'a', assigned_at: at }],
  ['openings', { ...ann, layer: 'registration', source: '*', result: 'opened', recorded_at: at }],
  ['welcome_steps', { source: '*', on: 'registered', credits: 5, expires_days: 30, updated_at: at }],
  ['gift_checks', { ...ann, trial_factor: 0, state: 'open', reasons: ['email_shared'], checked_at: at }],
  ['gift_check_settings', { is_on: true, updated_at: at }],
  ['abuse_signals', { kind: 'email', digest: 'a'.repeat(64), ...ann, mail_class: 'free', seen_at: at }],
  ['welcomes', { ...ann, source: '*', started_at: at }],
  ['welcome_gifts', { ...ann, on: 'registered', transaction_id: id(1), given_at: at }],
  ['referral_programs', { id: 1, reward: 10, min_paid: 20, updated_at: at }],
  ['referral_codes', { code: 'K7MWXQ3HTB', ...ann, created_at: at }],
  [
    'referrals',
    { id: id(15), ...ann, referrer_id: 'bob', reward: 10, referred_credits: 5, min_paid: 20, created_at: at },
  ],
  ['dismissed_recommendations', { ...ann, recommendation_id: '0123456789abcdef', dismissed_at: at }],
  ['credit_import_lines', { import_id: id(13), line: 2, ...ann, amount: 1, source: 'bonus', state: 'ready' }],
];

/**
 * Puts rows into every table of the schema `public`, whichever migration it is at. Returns how many each then has.
 * @throws Error naming a table for which there is no sample here
 */
export async function fillTables(db: pg.Client): Promise<Map<string, number>> {
  const { rows: columns } = await db.query<{ table: string; names: string[] }>(COLUMNS);
  for (const [table, ...rows] of ROWS) {
    const known = columns.find((found) => found.table === table)?.names;
    if (known === undefined) continue;
    for (const row of rows) {
      const names = Object.keys(row).filter((name) => known.includes(name));
      const list = names.map((name) => `"${name}"`).join();
      const text = `INSERT INTO ${table} (${list}) SELECT ${list} FROM jsonb_populate_record(NULL::${table}, $1)`;
      await db.query(text, [row]);
    }
  }
  const counts = await countRows(db);
  const empty = [...counts].filter(([, count]) => count === 0).map(([table]) => table);
  if (empty.length > 0) throw new Error(`test/support/sample-rows.ts has no row for ${empty.join(', ')}`);
  return counts;
}

/** How many rows each table of the schema `public` has, Prisma's history of migrations aside. */
export async function countRows(db: pg.Client): Promise<Map<string, number>> {
  const { rows: tables } = await db.query<{ table: string }>(COLUMNS);
  const counts = tables.map(({ table }) => `SELECT '${table}' AS table, count(*)::int AS count FROM ${table}`);
  const { rows } = await db.query<{ table: string; count: number }>(counts.join(' UNION ALL '));
  return new Map(rows.map(({ table, count }) => [table, count]));
}

const COLUMNS = `
  SELECT c.relname AS table, array_agg(a.attname::text) AS names
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> '_prisma_migrations'
  GROUP BY 1`;
