import { amount, divideHalfUp, units } from '../../platform/values/amount.js';
import { creditsText } from '../../platform/values/sentences.js';
import { type Advice, CALLS_MIN } from '../advice.js';
import { type AdviceFacts, basisOf, costOf } from '../past-work.js';

const SERVICE = 'openrouter';
const ONE = units('1');

/** Advises an own key at the provider if the fee for it is lower than the markup that was paid. */
export function ownKey(facts: AdviceFacts): Advice[] {
  if (facts.has_own_key || !facts.can_have_own_key) return [];
  const work = facts.work.filter((one) => one.service === SERVICE && !one.is_free && !one.is_own_key);
  if (work.length < CALLS_MIN) return [];
  const current = costOf(work);
  const provider = work.reduce((sum, { provider_cost }) => sum + provider_cost, 0n);
  const fee = work.reduce((sum, one) => sum + divideHalfUp(one.provider_cost * facts.own_key_fee_rate, ONE), 0n);
  const projected = provider + fee;
  if (projected >= current) return [];
  const basis = basisOf(facts, work);
  return [
    {
      kind: 'own_key',
      subject: [SERVICE],
      title: 'Use your own OpenRouter key',
      message: `${basis.requests} requests cost ${creditsText(current)} credits, of which ${creditsText(provider)} were the provider's price. With your own key you would have paid that to OpenRouter and ${creditsText(fee)} credits here.`,
      details: {
        requests: basis.requests,
        cost: amount(current),
        provider_cost: amount(provider),
        fee: amount(fee),
        other_cost: amount(projected),
      },
      basis,
      currency: 'credits',
      current,
      projected,
      confidence: 'high',
      caveats: ['pays_provider', 'same_usage'],
      new_tier: null,
    },
  ];
}
