import { amount, min, type Units, units } from '../../platform/values/amount.js';
import { DAY_MS, dayOf, UTC } from '../../platform/values/calendar.js';
import { creditsText, dayText } from '../../platform/values/sentences.js';
import { type Advice, MONTH_DAYS } from '../advice.js';
import { type AdviceFacts, basisOf, costOf } from '../past-work.js';

/**
 * Tells of credits that expire within 30 days and would be left over at the rate of the past days: grants burn in their
 * order, each until it expires.
 */
export function expiringCredits(facts: AdviceFacts): Advice[] {
  const { from, to, work, grants } = facts;
  const span_ms = BigInt(Math.max(1, to.getTime() - from.getTime()));
  const spent = costOf(work);
  const burnedBy = (at: Date): Units => (spent * BigInt(Math.max(0, at.getTime() - to.getTime()))) / span_ms;
  const until = new Date(to.getTime() + MONTH_DAYS * DAY_MS);
  let taken = 0n; // by the grants that burn first
  let [expiring, lost] = [0n, 0n];
  let first: Date | null = null;
  for (const grant of grants) {
    const remaining = units(grant.remaining);
    const { expires_at } = grant;
    if (expires_at === null || expires_at > until) {
      taken += remaining;
      continue;
    }
    const left = burnedBy(expires_at) - taken;
    const burned = left > 0n ? min(left, remaining) : 0n;
    taken += burned;
    expiring += remaining;
    lost += remaining - burned;
    if (burned < remaining && (first === null || expires_at < first)) first = expires_at;
  }
  if (first === null) return [];
  const day = dayOf(first, UTC);
  return [
    {
      kind: 'expiring_credits',
      subject: [day],
      title: 'Credits expire unused',
      message: `${creditsText(expiring)} credits expire within 30 days, the first on ${dayText(day)}. At the rate of the last days, ${creditsText(lost)} of them would be left over. Use them for work that is planned for later, or do not buy more before.`,
      details: { expiring: amount(expiring), lost: amount(lost), day },
      basis: basisOf(facts, work),
      currency: 'credits',
      current: expiring,
      projected: expiring - lost,
      confidence: 'medium',
      caveats: ['same_usage'],
      new_tier: null,
    },
  ];
}
