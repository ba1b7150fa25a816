import { OmitType } from '@nestjs/swagger';
import { AuditView } from '../audit/audit.dto.js';
import { GrantView, TransactionView } from '../credits/credits.views.js';
import { HoldView } from '../credits/holds.dto.js';
import {
  AccountDiscountRow,
  AutoTopupRow,
  CouponRedemptionRow,
  PaymentCustomerRow,
  PaymentDisputeRow,
  PaymentRefundRow,
} from '../generated/rows.js';
import { OpenRouterAccountView } from '../openrouter/openrouter.dto.js';
import { PaymentView, SubscriptionView } from '../payments/payments.dto.js';
import type { View } from '../platform/http/view.js';
import { UsageEventView } from '../usage/track.dto.js';

/** Who is to read an export: the user is not told who among the operators did what, nor why. */
export type Reader = 'user' | 'admin';

/** A table of which the rows of a person are given to the person. */
export interface ExportedTable {
  readonly file: string;
  /** What a row is, for the README of the archive. */
  readonly what: string;
  readonly table: string;
  /** The columns. */
  readonly view: View;
  /** Columns that tell the rows of an account apart, in the order of the file: an index leads there. */
  readonly key: readonly string[];
}

class ExportedPaymentView extends OmitType(PaymentView, ['checkout_url', 'reviewed_by'] as const) {}
class ExportedTopupView extends OmitType(AutoTopupRow, ['next_try_at'] as const) {}

const BY_TIME = ['created_at', 'id'];

/** What an export holds besides the account itself. */
export const EXPORTED_TABLES: readonly ExportedTable[] = [
  {
    ...{ file: 'ledger.csv', table: 'credit_transactions', view: TransactionView, key: BY_TIME },
    what: 'every change of the balance; the amounts add up to the balance less the debt',
  },
  {
    ...{ file: 'usage.csv', table: 'usage_events', view: UsageEventView, key: ['occurred_at', 'id'] },
    what: 'every piece of work that was recorded',
  },
  { ...{ file: 'grants.csv', table: 'credit_grants', view: GrantView, key: ['id'] }, what: 'credits that were given' },
  { ...{ file: 'holds.csv', table: 'credit_holds', view: HoldView, key: ['id'] }, what: 'credits that were set aside' },
  {
    ...{ file: 'payments.csv', table: 'payments', view: ExportedPaymentView, key: BY_TIME },
    what: 'what was offered for a price, and what became of it',
  },
  {
    ...{ file: 'refunds.csv', table: 'payment_refunds', view: PaymentRefundRow, key: ['payment_id', 'refund_id'] },
    what: 'money that was paid back',
  },
  {
    ...{ file: 'disputes.csv', table: 'payment_disputes', view: PaymentDisputeRow, key: ['payment_id', 'dispute_id'] },
    what: 'payments that were disputed',
  },
  {
    ...{ file: 'subscriptions.csv', table: 'subscriptions', view: SubscriptionView, key: ['subscription_id'] },
    what: 'plans that were paid every 30 days',
  },
  {
    ...{ file: 'automatic-top-up.csv', table: 'auto_topups', view: ExportedTopupView, key: ['user_id'] },
    what: 'how credits are bought automatically',
  },
  {
    ...{ file: 'customers.csv', table: 'payment_customers', view: PaymentCustomerRow, key: ['user_id'] },
    what: "the payment provider's customer",
  },
  {
    ...{ file: 'coupons.csv', table: 'coupon_redemptions', view: CouponRedemptionRow, key: ['code'] },
    what: 'coupons that were redeemed',
  },
  {
    ...{ file: 'discounts.csv', table: 'account_discounts', view: AccountDiscountRow, key: ['code'] },
    what: 'discounts on payments',
  },
  {
    ...{ file: 'own-keys.csv', table: 'openrouter_accounts', view: OpenRouterAccountView, key: ['user_id'] },
    what: 'what is known of the own key of OpenRouter; never the key',
  },
  { ...{ file: 'audit.csv', table: 'audit_logs', view: AuditView, key: BY_TIME }, what: 'who did what to the account' },
];

/** Tables that know the person and are left out, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  user_credits: 'account.json has it',
  usage_daily: 'sums of usage.csv',
  usage_sessions: 'sums of usage.csv',
  account_erasures: 'a person who was erased is in no other table',
  idempotency_keys: 'keys of requests, kept for some days so that none has an effect twice',
  call_answers: 'answers, kept for some days for callers who did not get them',
  coupon_attempts: 'times of tries, kept for an hour',
  openrouter_key_tries: 'times of tries, kept for an hour',
  payment_events: "the provider's messages, which payments, refunds, disputes and subscriptions tell",
};
