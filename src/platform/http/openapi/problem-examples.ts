import { GATEWAY_PROBLEM_EXAMPLES } from './gateway-problem-examples.js';
import { GROWTH_PROBLEM_EXAMPLES } from './growth-problem-examples.js';
import { KEY_PROBLEM_EXAMPLES } from './key-problem-examples.js';
import { ORGANIZATION_PROBLEM_EXAMPLES } from './organization-problem-examples.js';
import type { ProblemExample } from './problem-example.js';

const CREDITS = { required: '2.500000', available: '1.000000' };
const RESETS_AT = '2026-12-01T00:00:00.000Z';
const PAYMENTS = { instance: '/api/v1/payments/checkout' };
const ACCOUNTS = { instance: '/api/v1/admin/accounts/user-42/move' };
const PRICES = { instance: '/api/v1/pricing/models' };
const PORTAL = { instance: '/api/v1/portal/sessions' };
const KEYS = { instance: '/api/v1/credits/openrouter/create-account' };

/** One example of each code that the interface answers with, for openapi.json. */
export const PROBLEM_EXAMPLES: Record<string, ProblemExample> = {
  // requests that cannot be read
  malformed_json: { detail: 'The request body is not valid JSON.' },
  malformed_body: { detail: 'The length of the request body differs from Content-Length.' },
  malformed_url: { detail: 'The path is not validly percent-encoded.', instance: '/api/v1/credits/holds/%zz' },
  uri_too_long: { detail: 'The path is too long.', instance: '/api/v1/credits/coupons/AAAA' },
  payload_too_large: { detail: 'The request body is too large.' },
  too_many_records: {
    detail: 'A body can contain at most 10000 logs. Send smaller batches.',
    instance: '/api/v1/integrations/litellm/callback',
  },
  unsupported_media_type: { detail: 'The request body must be JSON: Content-Type application/json.' },
  invalid_idempotency_key: { detail: 'Idempotency-Key must have 1 to 255 visible ASCII characters.' },
  invalid_request: {
    detail: 'amount: must be greater than zero',
    errors: [{ field: 'amount', message: 'must be greater than zero' }],
  },
  invalid_text: { detail: 'A value contains characters that cannot be stored.' },
  amount_too_large: { detail: 'The amount, or the resulting sum, exceeds 9,999,999,999.9999999999.' },
  invalid_expiry: {
    detail: 'expires_at must be in the future.',
    errors: [{ field: 'expires_at', message: 'must be in the future' }],
    instance: '/api/v1/credits/bonus',
  },
  // who may do what
  missing_credentials: { detail: 'Send a token: Authorization: Bearer <token>, or X-API-Key: <token>.' },
  invalid_token: { detail: 'The token is not valid.' },
  token_expired: { detail: 'The token has expired.' },
  invalid_signature: {
    detail: 'X-Keycloak-Signature must be the hex HMAC-SHA256 of the body with the shared secret.',
    instance: '/api/v1/integrations/keycloak/events',
  },
  forbidden: { detail: 'This call requires one of the roles service, admin.' },
  missing_scope: { detail: 'This call requires the scope usage:read.', scope: 'usage:read' },
  ...KEY_PROBLEM_EXAMPLES,
  ...ORGANIZATION_PROBLEM_EXAMPLES,
  ...GROWTH_PROBLEM_EXAMPLES,
  account_suspended: {
    detail: 'The account is suspended: nothing can be charged to it until an administrator resumes it.',
  },
  account_closed: { detail: 'The account is closed. It was moved: use the account user-43.', moved_to: 'user-43' },
  // credits and limits
  insufficient_credits: { detail: 'Insufficient credits. Required: 2.50, Available: 1.00', ...CREDITS },
  credits_on_hold: {
    detail:
      'The account has enough credits, but work in progress holds them. Required: 2.50, Available: 1.00. Retry when it has finished.',
    ...CREDITS,
    retry_after_s: 5,
  },
  monthly_cap_exceeded: {
    detail: `The monthly cap of the plan is reached until ${RESETS_AT}. Required: 2.50, Available: 1.00`,
    ...CREDITS,
    monthly_cap: '20.000000',
    resets_at: RESETS_AT,
  },
  budget_exceeded: {
    detail: `The budget of the key is reached: 24.5 used and 0.5 held by work in progress of 25 credits. It resets at ${RESETS_AT}; you can raise it.`,
    limit_source: 'key',
    budget_id: '0199a1c4-7d8e-7000-8000-0123456789ab',
    limit: '25.000000',
    used: '24.500000',
    held: '0.500000',
    headroom: '0.000000',
    unit: 'credits',
    resets_at: RESETS_AT,
    set_by: 'user',
    raise_at: '/app/budgets',
  },
  above_admin_limit: {
    detail: 'An administrator limits this to 25.000000 credits; a budget of your own can only be lower.',
    limit: '25.000000',
    budget_id: '0199a1c4-7d8e-7000-8000-0123456789ab',
    instance: '/api/v1/budgets',
  },
  too_many_budgets: {
    detail: 'The account has 100 budgets, the most that are possible. Remove one first.',
    instance: '/api/v1/budgets',
  },
  call_limit_exceeded: {
    detail: `The plan's limit of 100 calls per day is reached until ${RESETS_AT}.`,
    limit: 100,
    limit_source: 'calls_per_day',
    resets_at: RESETS_AT,
    retry_after_s: 21190,
    instance: '/api/v1/credits/usage/track',
  },
  free_call_limit_exceeded: {
    detail: `The plan's limit of 50 calls of free models per day is reached until ${RESETS_AT}.`,
    limit: 50,
    limit_source: 'free_calls_per_day',
    resets_at: RESETS_AT,
    retry_after_s: 21190,
    instance: '/api/v1/credits/usage/track',
  },
  rate_limited: {
    detail: 'Only 600 requests per minute are allowed per user. Try again in 12 s.',
    retry_after_s: 12,
  },
  too_much_in_flight: {
    detail: 'Too many of your large requests are in progress. Wait until some of them are answered.',
    retry_after_s: 1,
  },
  // what is there and what is not
  not_found: { detail: 'Resource not found.' },
  already_exists: { detail: 'Tier starter already exists. Change it with PATCH.', instance: '/api/v1/credits/tiers' },
  idempotency_conflict: {
    detail:
      'This Idempotency-Key was already used for a different request on this account. Use a new key for each request.',
  },
  hold_already_resolved: {
    detail: 'The hold was captured at 2026-11-29T08:00:00.000Z; a hold can be captured or released only once.',
    hold_status: 'captured',
    instance: '/api/v1/credits/holds/0198c0de-0000-7000-8000-000000000000/capture',
  },
  refund_exceeds_charge: {
    detail: 'Only 1.500000 credits of the charge can still be refunded; 2.500000 were requested.',
    refundable: '1.500000',
    instance: '/api/v1/credits/refund',
  },
  not_a_charge: {
    detail: 'Transaction 0198c0de-0000-7000-8000-000000000000 is a bonus; only usage can be refunded.',
    instance: '/api/v1/credits/refund',
  },
  tier_in_use: {
    detail:
      'Tier starter is in use. Switch its accounts and remove its scheduled grants first, or set is_public to false.',
    instance: '/api/v1/credits/tiers/starter',
  },
  // webhooks
  too_many_endpoints: {
    detail: 'There are 100 webhook endpoints already. Delete one that is no longer used.',
    instance: '/api/v1/webhooks/endpoints',
  },
  job_on_demand: {
    detail: 'rerating runs on demand, with data from what caused it. Retry one of its failed runs instead.',
    instance: '/api/v1/admin/jobs/rerating/run',
  },
  // imports of credits
  import_has_errors: {
    detail:
      '1 of 200 lines cannot be booked, so nothing was. Line 17: No account has the user id user-24. Correct the file, or book the others with mode=best_effort.',
    instance: '/api/v1/admin/credits/import',
  },
  import_too_large: {
    detail: 'Only 1000 lines can be booked all or none; the file has 4200. Split it, or use mode=best_effort.',
    instance: '/api/v1/admin/credits/import',
  },
  // payments
  payment_required: {
    detail: 'Switching to professional is an upgrade and must be paid first. Open checkout_url.',
    checkout_url: 'https://checkout.stripe.com/c/pay/cs_test_a1',
    payment_id: '0198c0de-0000-7000-8000-000000000000',
    instance: '/api/v1/credits/tiers/switch',
  },
  link_not_valid: {
    detail:
      'This link has expired, was used already or was replaced by a newer one. Enter the address again in the settings.',
    instance: '/api/v1/me/contact/confirm',
  },
  mail_not_configured: {
    detail: 'Addresses cannot be confirmed here: the operator must set SMTP_URL.',
    instance: '/api/v1/me/contact',
  },
  public_url_not_configured: { detail: 'The URL of the dashboard is not configured. Set PUBLIC_URL.', ...PORTAL },
  payments_not_configured: {
    detail: 'Payments are not configured. Set STRIPE_SECRET_KEY, or ask an administrator for credits.',
    ...PAYMENTS,
  },
  payment_provider_refused: {
    detail:
      'The payment provider refused the request (amount_too_small). Retrying does not help; contact an administrator.',
    ...PAYMENTS,
  },
  payment_provider_unavailable: {
    detail: 'The payment provider did not accept the request (timeout). Try again later.',
    retry_after_s: 30,
    ...PAYMENTS,
  },
  payment_customer_gone: {
    detail:
      'The payment provider no longer knows this customer. The next purchase creates a new one: POST /payments/checkout.',
    instance: '/api/v1/payments/portal',
  },
  payment_in_progress: {
    detail: 'A payment for a plan is still being processed. Try again when it has completed.',
    ...PAYMENTS,
  },
  payment_overdue: {
    detail: 'The payment for the current period is overdue. Pay it first: POST /payments/portal.',
    ...PAYMENTS,
  },
  already_subscribed: { detail: 'The account is already on tier starter.', ...PAYMENTS },
  not_an_upgrade: {
    detail: 'Tier starter is not an upgrade from professional. Schedule the change with POST /credits/tiers/switch.',
    ...PAYMENTS,
  },
  run_state: {
    detail: 'Only a waiting run can be cancelled; this one is active.',
    instance: '/api/v1/admin/jobs/due-accounts/0198c0de-0000-7000-8000-000000000000/cancel',
  },
  payment_not_held: {
    detail: 'Payment 0198c0de-0000-7000-8000-000000000000 is paid. Only held payments can be accepted or refused.',
    instance: '/api/v1/payments/0198c0de-0000-7000-8000-000000000000/accept',
  },
  package_in_use: {
    detail: 'Automatic top-ups use package credits-50. Set is_active to false instead.',
    instance: '/api/v1/payments/packages/credits-50',
  },
  // accounts of people
  holds_open: {
    detail: 'Work in progress holds credits of user-42. Wait until its holds are captured, released or expired.',
    retry_after_s: 5,
    ...ACCOUNTS,
  },
  both_subscribed: {
    detail: 'Both accounts have a subscription. End one of them first, then move the account.',
    ...ACCOUNTS,
  },
  // prices
  price_jump: {
    detail:
      'input_per_million would jump from 2.500000 to 2500.000000. Prices are USD per million tokens, or per unit. Send allow_jump if the price is right.',
    ...PRICES,
  },
  not_set_by_hand: {
    detail: 'This price of openai/gpt-4o comes from openrouter. To replace it, set a price by hand.',
    ...PRICES,
  },
  already_withdrawn: { detail: 'This price of openai/gpt-4o is already withdrawn.', ...PRICES },
  markup_rule_required: {
    detail: 'The rule of a price class cannot be deleted, because it is the fallback. Set its rate to 0 instead.',
    instance: '/api/v1/pricing/markup-rules/0198c0de-0000-7000-8000-000000000000',
  },
  // other systems
  already_resolved: {
    detail: 'The log is discarded already.',
    log_status: 'discarded',
    instance: '/api/v1/integrations/litellm/rejected/0198c0de-0000-7000-8000-000000000000/assign',
  },
  keycloak_not_configured: {
    detail: 'Keycloak events are not accepted because KEYCLOAK_WEBHOOK_SECRET is not set.',
    instance: '/api/v1/integrations/keycloak/events',
  },
  openrouter_key_refused: {
    detail: 'OpenRouter does not accept this key. Check that it was copied completely and has not been revoked.',
    ...KEYS,
  },
  openrouter_key_unusable: {
    detail: 'This key manages other keys and cannot run models. Create an ordinary key at OpenRouter.',
    ...KEYS,
  },
  encryption_not_configured: {
    detail: 'User secrets cannot be stored here: the operator must set ENCRYPTION_KEYS.',
    ...KEYS,
  },
  openrouter_unavailable: { detail: 'OpenRouter is not responding. Try again later.', retry_after_s: 5, ...KEYS },
  ...GATEWAY_PROBLEM_EXAMPLES,

  // the service itself
  internal_error: { detail: 'Internal error. The log has the details under the request_id.' },
  database_unavailable: {
    detail: 'The database is unavailable or overloaded. Try again; with the same Idempotency-Key, retries are safe.',
    retry_after_s: 1,
  },
  not_ready: {
    detail: 'The service is not ready: the schema has not been compared with the database yet.',
    reasons: ['the schema has not been compared with the database yet'],
    retry_after_s: 3,
  },
  shutting_down: { detail: 'The service is shutting down.', retry_after_s: 3, instance: '/health/ready' },
  overloaded: {
    detail: 'Too many reports are being generated. Try again shortly; charges are not affected.',
    retry_after_s: 2,
  },
  identity_provider_unavailable: {
    detail: 'The identity provider that issues tokens is not responding. Try again shortly.',
    retry_after_s: 5,
  },
};
