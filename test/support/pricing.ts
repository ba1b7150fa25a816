import { amount } from '../../src/platform/values/amount.js';
import { PricingService } from '../../src/pricing/pricing.service.js';
import { NO_TOKENS, type Work } from '../../src/pricing/rating/work.js';
import type { TestEnv } from './factories.js';

/** A million input tokens of a model, unless `more` says otherwise. */
export function work(model: string | null, more: Partial<Work> = {}): Work {
  return {
    service: 'openrouter',
    model,
    tokens: { ...NO_TOKENS, input_tokens: 1_000_000 },
    tokens_used: 1_000_000,
    quantities: [],
    service_tier: null,
    cost: null,
    billable: true,
    succeeded: true,
    occurred_at: new Date(Date.now() + 1_000),
    plan: () => Promise.resolve({ tier: 'trial', cost_per_1k_tokens: '0.001' }),
    ...more,
  };
}

/** Returns what pieces of work cost, in credits. */
export async function totals(w: TestEnv, ...works: Work[]): Promise<string[]> {
  return (await w.t.app.get(PricingService).rate(works)).map(({ total_cost }) => amount(total_cost));
}
