import { Conversion } from '../conversion.js';
import { Fields, NOTES } from './fields.js';
import type { Mapped, Mapping, SystemTables } from './mapped.js';
import type { Row, Snapshot } from './snapshot.js';

/** Converts prices per thousand tokens to prices per million. */
const PER_MILLION = new Conversion('0.001');

/**
 * Ops-Center's credit system. Its tables exist in two forms, that of its documentation (`balance`, `coupon_type`) and
 * that of its first migration (`credits_remaining`, `discount_type`), and in combinations of both.
 */
export function opsCenter(conversion: Conversion): SystemTables {
  return {
    system: 'Ops-Center',
    mappings: [prices(), accounts(conversion), keys(), coupons(conversion), redemptions(conversion), usage(conversion)],
    not_taken: [
      ...['api_keys', 'user_api_keys'].map((table) => ({
        table,
        what: `API keys in ${table}`,
        why: 'not imported yet: hand out new ones',
      })),
      {
        table: 'credit_transactions',
        what: 'ledger lines in credit_transactions',
        why: 'the balance comes over as one line, and the usage as usage; keep the old ledger for your records',
      },
      {
        table: 'llm_usage_logs',
        what: 'rows of llm_usage_logs',
        why: 'work is metered in usage_events; these rows hold prompts and answers',
      },
      { table: 'credit_purchases', what: 'purchases in credit_purchases', why: 'payments stay with Stripe' },
      {
        table: 'organization_credit_pools',
        what: 'pools of organizations in organization_credit_pools',
        why: 'an account belongs to one user',
      },
    ],
    version,
  };
}

function version(tables: Snapshot['tables']): string {
  const columns = tables.get('user_credits');
  const isOfDocuments = columns?.has('balance') === true;
  const isOfMigration = columns?.has('credits_remaining') === true || columns?.has('credits_allocated') === true;
  if (isOfDocuments && isOfMigration) return 'tables of the documents and of the first migration in one';
  if (isOfDocuments) return 'tables of the documents';
  return isOfMigration ? 'tables of the first migration' : 'no table of balances';
}

const accounts = (conversion: Conversion): Mapping => ({
  kind: 'accounts',
  table: 'user_credits',
  id: 'user_id',
  needs: [['user_id'], ['balance', 'credits_remaining']],
  reads: [
    'allocated_monthly',
    'credits_allocated',
    'bonus_credits',
    'tier',
    'reset_date',
    'monthly_reset_at',
    'created_at',
  ],
  map: (row) => {
    const f = new Fields(row);
    const credits = (...columns: string[]): string | null => f.credits(conversion, f.text(...columns));
    return f.set({
      user_id: f.text('user_id'),
      balance: credits('balance', 'credits_remaining') ?? '0',
      allocated_monthly: credits('allocated_monthly', 'credits_allocated'),
      bonus_credits: credits('bonus_credits'),
      tier: f.text('tier'),
      reset_date: f.time('reset_date', 'monthly_reset_at'),
      created_at: f.time('created_at'),
    });
  },
});

const usage = (conversion: Conversion): Mapping => ({
  kind: 'usage',
  table: 'usage_events',
  id: 'id',
  needs: [['user_id'], ['service'], ['created_at'], ['total_cost', 'cost']],
  reads: [
    'model',
    'provider',
    'tokens_used',
    'is_free_tier',
    'is_free',
    'success',
    'provider_cost',
    'platform_markup',
    'event_type',
    'power_level',
  ],
  only: [{ column: 'user_id', where: `user_id::text <> ''`, why: NOTES.nobody }],
  map: (row) => {
    const f = new Fields(row);
    const cost = f.credits(conversion, f.text('total_cost', 'cost') ?? '0') ?? '0';
    const details = ['provider', 'event_type', 'power_level', 'provider_cost', 'platform_markup'];
    const kept = Object.fromEntries(details.flatMap((name) => (f.text(name) === null ? [] : [[name, f.text(name)]])));
    const isFree = f.truth('is_free_tier', 'is_free') === true && /^[0.]+$/.test(cost);
    return f.set({
      user_id: f.text('user_id'),
      service: f.service(f.text('service'), 'other'),
      model: f.text('model'),
      tokens: f.whole('tokens_used'),
      cost,
      ...(isFree && { is_free: true }),
      succeeded: f.truth('success'),
      occurred_at: f.time('created_at'),
      metadata: Object.keys(kept).length > 0 ? kept : null,
    });
  },
});

const KEY_COLUMNS = ['openrouter_key', 'openrouter_api_key_encrypted', 'api_key_encrypted'];

const keys = (): Mapping => ({
  kind: 'keys',
  table: 'openrouter_accounts',
  id: 'user_id',
  needs: [['user_id'], KEY_COLUMNS],
  reads: ['openrouter_email', 'is_active'],
  only: [{ column: 'is_active', where: 'coalesce(is_active, true)', why: 'the key is not active' }],
  map: (row) => {
    const f = new Fields(row);
    return f.set({
      user_id: f.text('user_id'),
      api_key_encrypted: f.text(...KEY_COLUMNS),
      email: f.text('openrouter_email'),
    });
  },
});

const TYPES: Readonly<Record<string, string>> = { percentage: 'percentage_discount', fixed: 'fixed_discount' };

const coupons = (conversion: Conversion): Mapping => ({
  kind: 'coupons',
  table: 'coupon_codes',
  id: 'code',
  needs: [['code'], ['coupon_type', 'discount_type'], ['value', 'discount_value']],
  reads: ['description', 'max_uses', 'used_count', 'times_used', 'valid_from', 'expires_at', 'is_active'],
  map: (row) => couponOf(row, conversion),
});

function couponOf(row: Row, conversion: Conversion): Mapped {
  const f = new Fields(row);
  const type = f.text('coupon_type', 'discount_type') ?? '';
  const isMonth = type === 'free_month';
  const given = f.text('value', 'discount_value');
  const value = type === 'credit_bonus' ? f.credits(conversion, given) : given;
  if (isMonth && given !== null) f.note('is a free month, which is one month here whatever its value says');
  return f.set({
    code: f.text('code'),
    coupon_type: TYPES[type] ?? type,
    value: isMonth ? null : value,
    description: f.text('description'),
    max_uses: f.whole('max_uses'),
    used_count: f.whole('used_count', 'times_used'),
    valid_from: f.time('valid_from'),
    expires_at: f.time('expires_at'),
    is_active: f.truth('is_active'),
  });
}

const redemptions = (conversion: Conversion): Mapping => ({
  kind: 'redemptions',
  table: 'coupon_redemptions',
  id: 'id',
  needs: [['user_id'], ['coupon_code', 'code']],
  reads: ['credits_awarded', 'redeemed_at'],
  map: (row) => {
    const f = new Fields(row);
    return f.set({
      user_id: f.text('user_id'),
      code: f.text('coupon_code', 'code'),
      redeemed_at: f.time('redeemed_at'),
      credits_awarded: f.credits(conversion, f.text('credits_awarded')),
    });
  },
});

const prices = (): Mapping => ({
  kind: 'prices',
  table: 'model_access_control',
  id: 'model_id',
  needs: [['model_id'], ['pricing']],
  reads: ['display_name', 'context_length', 'max_output_tokens'],
  only: [
    { column: 'enabled', where: 'coalesce(enabled, true)', why: 'the model is switched off' },
    {
      column: 'pricing',
      where: `pricing::jsonb ?| ARRAY['input_per_1k', 'output_per_1k']`,
      why: 'its pricing has neither input_per_1k nor output_per_1k',
    },
  ],
  map: (row) => {
    const f = new Fields(row);
    const pricing = f.json('pricing') ?? {};
    return f.set({
      model: f.text('model_id'),
      name: f.text('display_name'),
      input_per_million: perMillion(pricing['input_per_1k']),
      output_per_million: perMillion(pricing['output_per_1k']),
      context_length: f.whole('context_length'),
      max_output_tokens: f.whole('max_output_tokens'),
    });
  },
});

/** Converts a JSON price in USD per thousand tokens to USD per million. Returns null unless it is a positive number. */
function perMillion(price: unknown): string | null {
  const text = typeof price === 'number' || typeof price === 'string' ? String(price) : '';
  return PER_MILLION.credits(text)?.text ?? null;
}
