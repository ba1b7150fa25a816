import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '../../metering/usage-event.js';
import { UsageEventsRepository } from '../../metering/usage-events.repository.js';
import { amount, units } from '../../platform/values/amount.js';
import { MarkupRulesRepository } from '../../pricing/markup/markup-rules.repository.js';
import { PricesService } from '../../pricing/prices/prices.service.js';
import { transactionView } from '../accounts/accounts.service.js';
import { LedgerRepository } from './ledger.repository.js';
import { explain, partsOfEvent, type Priced } from './receipt.js';
import type { ReceiptView, UsageReceiptView } from './receipt.views.js';

/** Explains how the amounts of ledger lines were computed. */
@Injectable()
export class ReceiptsService {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly events: UsageEventsRepository,
    private readonly prices: PricesService,
    private readonly rules: MarkupRulesRepository,
  ) {}

  /**
   * Returns a ledger line with its refunds, the work it charged and an explanation.
   * @throws NotFound when the account has no such line
   */
  async receipt(user_id: string, id: string): Promise<ReceiptView> {
    const line = await this.ledger.get(user_id, id);
    const refunds = await this.ledger.refundsOf(user_id, id);
    const refundable = await this.ledger.refundable(user_id, [id]);
    const event = await this.events.find(user_id, id); // the event of a charge has the id of its line
    const priced = event && (await this.priced(event));
    return {
      ...transactionView(line),
      balance_before: amount(units(line.balance_after) - units(line.amount)),
      hold_id: line.hold_id,
      refund_of: line.refund_of,
      refunds: refunds.map(transactionView),
      refundable: amount(refundable.get(id) ?? 0n),
      usage: priced && usageView(priced),
      explanation: explain(line, refunds, priced),
    };
  }

  private async priced(event: RecordedEvent): Promise<Priced> {
    const price = event.price_id === null ? null : await this.prices.get(event.price_id);
    const rule = event.markup_rule_id === null ? null : await this.rules.find(event.markup_rule_id);
    return { event, price, rule, parts: price === null ? [] : partsOfEvent(price, event) };
  }
}

function usageView({ event, price, rule, parts }: Priced): UsageReceiptView {
  return { ...event, price, parts, markup_rule: rule && `${rule.scope} ${rule.match}` };
}
