import { randomUUID } from 'node:crypto';
import type { TestEnv } from './factories.js';

/** Makes a person known in an organization, as a member who worked for it and as the inviter of somebody. */
async function knownInOrganization(w: TestEnv, user_id: string): Promise<void> {
  const { id } = await w.done('organizations', { name: 'Acme', owner_id: await w.open(`owner-${randomUUID()}`) });
  const organization = id as string;
  await w.sql('UPDATE organizations SET seats = 9, created_by = $1 WHERE user_id = $2', [user_id, organization]);
  await w.bonus(organization, '10');
  await w.done(`organizations/${organization}/members`, { user_id, role: 'admin', budget: '5' });
  await w.done('credits/deduct', { user_id, account: organization, amount: '1', service: 'tts' });
  const work = { user_id, account: organization, service: 'tts', cost: '0.1', settle: true };
  await w.done('credits/usage/track', { ...work, request_id: `organization-${randomUUID()}` });
  await w.done('credits/holds', { user_id, account: organization, amount: '1', service: 'tts' });
  await w.rollUpHours();
  await w.sql('UPDATE organization_members SET created_by = $1 WHERE user_id = $2', [user_id, organization]);
  const row = [organization, user_id];
  await w.sql(
    `INSERT INTO organization_invitations (user_id, email, role, token_hash, expires_at, created_by, accepted_at, accepted_by)
    VALUES ($1, 'a@example.com', 'member', repeat('e', 64), now(), $2, NULL, NULL),
      ($1, 'b@example.com', 'member', repeat('e', 64), now(), $1, now(), $2), ($1, $2, 'member', repeat('e', 64), now(), $1, NULL, NULL)`,
    row,
  );
}

/** A user whom every table knows by id and by name. */
export async function knownEverywhere(w: TestEnv): Promise<{ user_id: string; mark: string }> {
  const mark = `mark${randomUUID().slice(0, 8)}`;
  const user_id = `${mark}@example.com`;
  const metadata = { who: mark };
  await w.open(user_id);
  await w.bonus(user_id, '20', { reason: `for ${mark}`, metadata });
  await w.deduct(user_id, '1', { metadata });
  await w.resolve(await w.hold(user_id, '1', { metadata }), 'capture', { amount: '0.5' }, `key-${mark}`);
  const work = { user_id, service: 'tts', cost: '0.1', settle: true, session_id: mark, metadata };
  for (const request_id of [`${mark}-1`, `${mark}-2`]) await w.done('credits/usage/track', { ...work, request_id });
  await w.rollUp();
  await w.done('credits/usage/track', { ...work, request_id: `${mark}-3` });
  const code = `C-${randomUUID().slice(0, 8).toUpperCase()}`;
  await w.done('credits/coupons/create', { code, coupon_type: 'fixed_discount', value: '3' });
  await w.done('credits/coupons/redeem', { code, metadata }, { token: await w.as(user_id) });
  await w.sql(
    `INSERT INTO payments (user_id, kind, status, package_code, credits, amount, currency, detail, checkout_url, paid_at)
    VALUES ($1, 'package', 'paid', 'p', 1, 1, 'usd', $1, $1, now())`,
    [user_id],
  );
  await w.sql(`INSERT INTO payment_customers (user_id, customer_id) VALUES ($1, 'cus_1')`, [user_id]);
  await w.sql(
    `INSERT INTO payment_events (event_id, type, reference, user_id, facts, occurred_at, state, applied_at)
    VALUES ($1, 't', 'r', $2::varchar, jsonb_build_object('user_id', $2::varchar), now(), 'applied', now())`,
    [randomUUID(), user_id],
  );
  await w.sql(
    `INSERT INTO subscriptions (user_id, subscription_id, tier, paid_tier, amount, currency, terms, paid_terms)
    VALUES ($1, $2, 'starter', 'starter', 19, 'usd', '{}', '{}')`,
    [user_id, randomUUID()],
  );
  await w.sql(
    `INSERT INTO openrouter_accounts (user_id, email, encrypted_key, key_hint) VALUES ($1, $1, 'k1.' || repeat('x', 80), 'x')`,
    [user_id],
  );
  await w.sql(
    `INSERT INTO portal_sessions (user_id, token_hash, scopes, return_url, created_by, expires_at)
    VALUES ($1, repeat('a', 64), '{balance:read}', $1, $1, now() + interval '30 minutes')`,
    [user_id],
  );
  const [endpoint] = await w.sql(
    `INSERT INTO webhook_endpoints (url, events, user_ids, encrypted_secret, created_by)
    VALUES ('https://app.example.com', '{*}', ARRAY[$1::varchar], 'k1.abc', $1) RETURNING id`,
    [user_id],
  );
  await w.sql(
    `INSERT INTO webhook_deliveries (user_id, endpoint_id, event_id, type, sequence, attempts)
    VALUES ($1::varchar, $2, gen_random_uuid(), 't', 1, jsonb_build_array(jsonb_build_object('response', $1::varchar)))`,
    [user_id, endpoint?.id],
  );
  await w.sql(`INSERT INTO webhook_queues (user_id, endpoint_id, due_at) VALUES ($1, $2, now())`, [
    user_id,
    endpoint?.id,
  ]);
  await w.sql(
    `INSERT INTO api_keys (user_id, name, start, key_hash, hash_alg, scopes, member_id, tags, metadata, last_used_ip, created_by)
    VALUES ($1, $1, $1, repeat('c', 64), 'sha256', '{gateway}', $1, ARRAY[$1::varchar], $2, $1, $1)`,
    [user_id, metadata],
  );
  await w.sql(
    `INSERT INTO contacts (user_id, email, source, verified_at, pending_email, pending_hash, pending_expires_at)
    VALUES ($1, $1, 'person', now(), 'new-' || $1::varchar, repeat('d', 64), now())`,
    [user_id],
  );
  await w.sql(
    `INSERT INTO notifications (user_id, kind, cause, facts, in_inbox) VALUES ($1, 'key_paused', $1, $2, true)`,
    [user_id, { name: mark, reason: mark }],
  );
  await w.sql(`INSERT INTO notification_alerts (user_id, name, told_at) VALUES ($1, $1, now())`, [user_id]);
  await w.sql(
    `INSERT INTO mails (user_id, kind, email, language, timezone, facts) VALUES ($1, 'welcome', $1, 'en', 'UTC', $2),
      ('org_1', 'invitation', $1, 'en', 'UTC', $2)`,
    [user_id, { name: mark }],
  );
  await w.sql(`INSERT INTO operator_messages (cause, text) VALUES ($1, $2)`, [randomUUID(), `about ${user_id}`]);
  await w.done('budgets', { user_id, limit: '1', window: 'day', scope: { member_id: user_id } });
  await w.done('budgets', { user_id, limit: '0.1', window: 'day' });
  await w.settle(user_id, '0.2');
  const other = await w.open(`other-${randomUUID()}`);
  await w.done('budgets', { user_id: other, limit: '1', window: 'day', scope: { member_id: user_id } });
  await w.sql('UPDATE budgets SET created_by = $1 WHERE user_id = $2', [user_id, other]);
  const weekly = { name: mark, amount: '1', every: 'week', starts_on: '2026-01-01' };
  await w.done('admin/scheduled-grants', { ...weekly, user_id, reason: mark });
  await w.done('admin/scheduled-grants', { ...weekly, user_id: other, name: 'weekly' });
  await w.sql('UPDATE scheduled_grants SET created_by = $1 WHERE user_id = $2', [user_id, other]);
  await w.sql(
    `WITH made AS (INSERT INTO credit_imports (name, digest, created_by)
       VALUES ('june.csv', encode(sha256($1::bytea), 'hex'), $1) RETURNING id)
     INSERT INTO credit_import_lines (import_id, line, user_id, amount, reason, source, state, error, warning)
     SELECT id, 2, $1, 1, $1, 'bonus', 'refused', $1, $1 FROM made`,
    [user_id],
  );
  await w.sql(
    `INSERT INTO experiments (key, metric, arms, "from", "to", stopped_at, arm_size, created_by)
     VALUES (md5($1), 'converted', '[{"name": "a"}, {"name": "b"}]', '2020-02-01', '2020-03-01', '2020-01-01', 100, $1)`,
    [user_id],
  );
  await w.sql(`INSERT INTO experiment_assignments (user_id, experiment, arm) VALUES ($1, 'past', 'a')`, [user_id]);
  await w.sql(
    `INSERT INTO openings (user_id, layer, source, result) VALUES ($1, 'registration', '*', 'opened')
     ON CONFLICT DO NOTHING`,
    [user_id],
  );
  await w.sql(`INSERT INTO welcomes (user_id, source) VALUES ($1, '*')`, [user_id]);
  await w.sql(
    `INSERT INTO welcome_gifts (user_id, "on", transaction_id) VALUES ($1, 'registered', gen_random_uuid())`,
    [user_id],
  );
  await w.sql(`INSERT INTO gift_checks (user_id, trial_factor, state, decided_by) VALUES ($1, 0, 'confirmed', $1)`, [
    user_id,
  ]);
  await w.sql(`INSERT INTO abuse_signals (kind, digest, user_id) VALUES ('email', repeat('a', 64), $1)`, [user_id]);
  await w.sql(`INSERT INTO referral_codes (code, user_id) VALUES (upper(left(md5($1), 10)), $1)`, [user_id]);
  await w.sql(
    `INSERT INTO referrals (id, user_id, referrer_id, reward, referred_credits, min_paid)
     SELECT gen_random_uuid(), who, by, 1, 0, 1 FROM (VALUES ($1, 'other'), ('invited-by-' || md5($1), $1)) AS r (who, by)`,
    [user_id],
  );
  await w.sql(`INSERT INTO dismissed_recommendations VALUES ($1, '0123456789abcdef')`, [user_id]);
  await knownInOrganization(w, user_id);
  await w.sql('INSERT INTO openrouter_key_tries (user_id) VALUES ($1)', [user_id]);
  return { user_id, mark };
}
