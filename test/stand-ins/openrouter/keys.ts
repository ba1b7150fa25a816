/** An API key as OpenRouter knows it; amounts in USD. */
export interface Key {
  label: string;
  /** Null is no limit. */
  limit: number | null;
  usage: number;
  byok_usage: number;
  is_free_tier: boolean;
  is_management_key: boolean;
  expires_at: string | null;
  /** Whether it still works. */
  is_revoked: boolean;
}

const PREFIX = 'sk-or-v1-';
const FREE_CALLS_A_DAY = 50;

/**
 * The known keys. Any well-formed key is valid, so that a demo needs no preparation; `wrong` in it makes it unknown,
 * `management` makes it a key that can manage keys but not run models.
 */
export class Keys {
  private readonly known = new Map<string, Key>();

  /** Sets facts of a key; the rest has the defaults. */
  set(key: string, given: Partial<Key>): void {
    this.known.set(key, { ...(this.known.get(key) ?? fresh(key)), ...given });
  }

  /** Returns the key of an Authorization header; undefined without a valid one. */
  find(key: string | null): Key | undefined {
    if (key === null || !key.startsWith(PREFIX) || key.includes('wrong')) return undefined;
    const found = this.known.get(key) ?? fresh(key);
    this.known.set(key, found);
    return found.is_revoked ? undefined : found;
  }

  /** Returns the sums over all keys for `GET /credits`. */
  totals(): { total_credits: number; total_usage: number } {
    const usage = [...this.known.values()].reduce((sum, key) => sum + key.usage, 0);
    return { total_credits: 1_000, total_usage: rounded(usage) };
  }
}

/** Returns the answer of `GET /key`. */
export function keyInfo(key: Key): object {
  const { label, limit, usage, byok_usage, is_free_tier, is_management_key, expires_at } = key;
  const spent = { usage: rounded(usage), usage_daily: rounded(usage), usage_weekly: rounded(usage) };
  return {
    label,
    limit,
    limit_reset: null,
    limit_remaining: limit === null ? null : rounded(limit - usage),
    include_byok_in_limit: false,
    ...spent,
    usage_monthly: rounded(usage),
    byok_usage,
    byok_usage_daily: byok_usage,
    byok_usage_weekly: byok_usage,
    byok_usage_monthly: byok_usage,
    is_free_tier,
    is_management_key,
    is_provisioning_key: is_management_key,
    expires_at,
    free_model_daily_requests: { used: 0, limit: FREE_CALLS_A_DAY, remaining: FREE_CALLS_A_DAY },
    rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.' },
  };
}

function fresh(key: string): Key {
  return {
    label: `${key.slice(0, 12)}...${key.slice(-3)}`,
    limit: null,
    usage: 0,
    byok_usage: 0,
    is_free_tier: false,
    expires_at: null,
    is_revoked: false,
    is_management_key: key.includes('management'),
  };
}

/** Removes floating-point noise from a sum. */
const rounded = (usd: number): number => Number(usd.toFixed(10));
