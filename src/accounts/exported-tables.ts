import { OmitType } from '@nestjs/swagger';
import {
  AccountDiscountRow,
  AuditLogRow,
  AutoTopupRow,
  CouponRedemptionRow,
  CreditGrantRow,
  CreditHoldRow,
  CreditTransactionRow,
  OpenrouterAccountRow,
  PaymentCustomerRow,
  PaymentDisputeRow,
  PaymentRefundRow,
  PaymentRow,
  SubscriptionRow,
  UsageEventRow,
} from '../generated/rows.js';
import type { View } from '../platform/http/view.js';

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

// what of a row is about the person; answers of the interface may show more than columns
class LedgerLine extends OmitType(CreditTransactionRow, ['actor'] as const) {}
class UsageEvent extends OmitType(UsageEventRow, [
  ...(['content_hash', 'price_id', 'markup_rule_id', 'markup_rate', 'price_multiplier'] as const),
  ...(['unread_usage', 'recorded_xid'] as const),
]) {}
class Hold extends OmitType(CreditHoldRow, ['work_id', 'lease_until', 'work_progress', 'actor'] as const) {}
class Payment extends OmitType(PaymentRow, [
  ...(['session_id', 'payment_intent_id', 'invoice_id', 'subscription_id', 'charged', 'charged_currency'] as const),
  ...(['terms', 'checkout_url', 'reviewed_by'] as const),
]) {}
class Subscription extends OmitType(SubscriptionRow, [
  'told_at',
  'sync_at',
  'version',
  'terms',
  'paid_terms',
] as const) {}
class AutomaticTopUp extends OmitType(AutoTopupRow, ['next_try_at'] as const) {}
class OwnKey extends OmitType(OpenrouterAccountRow, ['encrypted_key'] as const) {}

const BY_TIME = ['created_at', 'id'];

/** What an export holds besides the account itself. */
export const EXPORTED_TABLES: readonly ExportedTable[] = [
  {
    ...{ file: 'ledger.csv', table: 'credit_transactions', view: LedgerLine, key: BY_TIME },
    what: 'every change of the balance; the amounts add up to the balance less the debt',
  },
  {
    ...{ file: 'usage.csv', table: 'usage_events', view: UsageEvent, key: ['occurred_at', 'id'] },
    what: 'every piece of work that was recorded',
  },
  {
    ...{ file: 'grants.csv', table: 'credit_grants', view: CreditGrantRow, key: ['id'] },
    what: 'credits that were given',
  },
  { ...{ file: 'holds.csv', table: 'credit_holds', view: Hold, key: ['id'] }, what: 'credits that were set aside' },
  {
    ...{ file: 'payments.csv', table: 'payments', view: Payment, key: BY_TIME },
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
    ...{ file: 'subscriptions.csv', table: 'subscriptions', view: Subscription, key: ['subscription_id'] },
    what: 'plans that were paid every 30 days',
  },
  {
    ...{ file: 'automatic-top-up.csv', table: 'auto_topups', view: AutomaticTopUp, key: ['user_id'] },
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
    ...{ file: 'own-keys.csv', table: 'openrouter_accounts', view: OwnKey, key: ['user_id'] },
    what: 'what is known of the own key of OpenRouter; never the key',
  },
  {
    ...{ file: 'audit.csv', table: 'audit_logs', view: AuditLogRow, key: BY_TIME },
    what: 'who did what to the account',
  },
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
