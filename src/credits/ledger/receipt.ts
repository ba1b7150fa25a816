import type { CreditTransactionRow, MarkupRuleRow } from '../../generated/rows.js';
import type { RecordedEvent } from '../../metering/usage-event.js';
import { amount, units } from '../../platform/values/amount.js';
import { EXACT_PER_UNIT, partsOf } from '../../pricing/rating/charge.js';
import { tableOf } from '../../pricing/prices/price-table.js';
import { quantitiesOf } from '../../pricing/rating/quantities.js';
import type { ModelPriceView } from '../../pricing/pricing.dto.js';
import type { TransactionView } from '../credits.views.js';
import type { PricedPartView } from './receipt.views.js';

/** A piece of work with everything that determined its price. */
export interface Priced {
  event: RecordedEvent;
  price: ModelPriceView | null;
  /** Null when no rule applied or the rule was deleted since; its rate is stored with the event. */
  rule: MarkupRuleRow | null;
  parts: PricedPartView[];
}

/** Returns the measured quantities of an event with the cost of each at the given price. */
export function partsOfEvent(price: ModelPriceView, event: RecordedEvent): PricedPartView[] {
  const { tokens_used, service_tier, occurred_at, price_multiplier } = event;
  const measured = { tokens: event, tokens_used, quantities: quantitiesOf(event), service_tier, occurred_at };
  const parts = partsOf(tableOf(price), measured, units(price_multiplier ?? '1'));
  return (parts ?? []).map(({ measure, count, price: each, multiplier, charge }) => ({
    measure,
    count: amount(count),
    price: amount(each),
    multiplier: amount(multiplier),
    cost: amount((2n * charge + EXACT_PER_UNIT) / (2n * EXACT_PER_UNIT)),
  }));
}

/** Explains in sentences how the amount of a line was computed. */
export function explain(
  line: CreditTransactionRow,
  refunds: readonly Pick<CreditTransactionRow, 'amount'>[],
  priced: Priced | null,
): string[] {
  const credits = units(line.amount);
  const size = amount(credits < 0n ? -credits : credits);
  const refunded = refunds.reduce((sum, refund) => sum + units(refund.amount), 0n);
  return [
    line.transaction_type === 'usage'
      ? `${size} credits were charged for ${line.description ?? line.service ?? 'usage'}.`
      : `${size} credits were ${credits < 0n ? 'taken' : 'added'} (${line.transaction_type}): ${line.description ?? 'no reason given'}.`,
    ...(priced ? explainPrice(priced, -credits) : explainSplit(line)),
    ...(line.hold_id ? [`The charge captured hold ${line.hold_id}.`] : []),
    ...(line.refund_of ? [`It refunds charge ${line.refund_of}.`] : []),
    ...(refunded > 0n ? [`${amount(refunded)} credits of it were refunded.`] : []),
    `The balance afterwards was ${line.balance_after}.`,
  ];
}

function explainSplit(line: CreditTransactionRow): string[] {
  const split = line.cost_breakdown as TransactionView['cost_breakdown'];
  if (!split) return [];
  return [
    `Of the cost of ${split.total}, ${split.provider_cost} is the provider's and ${split.markup} the platform's.`,
  ];
}

function explainPrice({ event, price, rule, parts }: Priced, charged: bigint): string[] {
  const { total_cost, provider_cost, platform_markup, markup_rate, is_rated } = event;
  const unread = explainUnread(event);
  if (!is_rated) {
    return [
      'No price is known for this work yet. Its cost is provisional and will be corrected once a price is added.',
      ...unread,
    ];
  }
  const markup =
    markup_rate === null
      ? ''
      : ` The markup of ${percent(markup_rate)}${rule ? ` (${rule.scope} ${rule.match})` : ''} is ${platform_markup}.`;
  return [
    ...parts.map(
      ({ measure, count, price: each, multiplier, cost }) =>
        `${plain(count)} ${measure} at ${each} USD ${per(measure)}${factor(multiplier, event.service_tier)}: ${cost}.`,
    ),
    price
      ? `The provider's cost is ${provider_cost}.${markup}`
      : `The caller stated the total; the provider's part is ${provider_cost}.${markup}`,
    ...(units(total_cost) < charged
      ? [`The price was provisional at first. The final total is ${total_cost}; the difference was given back.`]
      : []),
    ...unread,
  ];
}

function explainUnread({ unread_usage }: RecordedEvent): string[] {
  if (!unread_usage) return [];
  return [`The provider also reported usage that is not priced: ${Object.keys(unread_usage).join(', ')}.`];
}

/** "1500" rather than "1500.000000". */
const plain = (decimal: string): string => decimal.replace(/\.?0+$/, '');
const percent = (share: string): string => `${plain(amount(units(share) * 100n))}%`;
const factor = (multiplier: string, tier: string | null): string =>
  multiplier === '1.000000' ? '' : `, times ${plain(multiplier)} for service tier ${tier ?? 'standard'}`;
const per = (measure: string): string =>
  measure.endsWith('token') || measure.endsWith('tokens') ? 'per million' : 'each';
