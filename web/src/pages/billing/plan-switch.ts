import { api, bodyOf } from '../../api/client.ts';
import { Problem } from '../../api/problem.ts';
import { newIdempotencyKey } from '../../lib/idempotency-key.ts';
import { openProviderPage } from './checkout.ts';

/** @returns a plan's code as a name: the comparison of plans has only codes */
export function planName(tier: string): string {
  return tier
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

/**
 * Switches the plan. A cheaper one begins with the next period; the current one calls a scheduled change off. A change
 * that must be paid first leaves for the checkout page.
 */
export async function switchPlan(new_tier: string): Promise<void> {
  try {
    const header = { 'Idempotency-Key': newIdempotencyKey() };
    await bodyOf(api.POST('/api/v1/credits/tiers/switch', { body: { new_tier }, params: { header } }));
  } catch (error) {
    if (!(error instanceof Problem) || error.checkout_url === null) throw error;
    openProviderPage(error.checkout_url);
  }
}
