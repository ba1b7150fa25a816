import { OmitType } from '@nestjs/swagger';
import {
  AccountDiscountRow,
  ApiKeyRow,
  AuditLogRow,
  AutoTopupRow,
  BudgetRow,
  ContactRow,
  CostCenterRow,
  CouponRedemptionRow,
  CreditGrantRow,
  CreditHoldRow,
  CreditTransactionRow,
  DismissedRecommendationRow,
  GiftCheckRow,
  EventRow,
  MailRow,
  NotificationRow,
  OpenrouterAccountRow,
  OrganizationInvitationRow,
  OrganizationMemberRow,
  OrganizationRow,
  PaymentCustomerRow,
  PaymentDisputeRow,
  PaymentRefundRow,
  PaymentRow,
  ReferralCodeRow,
  ReferralRow,
  SubscriptionRow,
  UsageEventRow,
  ExperimentAssignmentRow,
  OpeningRow,
  WelcomeGiftRow,
  WelcomeRow,
} from '../generated/rows.js';
import type { View } from '../platform/http/view.js';

/** The recipient of an export. The user's export does not contain which operator acted, nor why. */
export type Reader = 'user' | 'admin';

/** A table whose rows about a person are exported. */
export interface ExportedTable {
  readonly file: string;
  /** Description of the rows, for the README of the archive. */
  readonly what: string;
  readonly table: string;
  /** Column that names the person, if it is not user_id. */
  readonly of?: string;
  /** Columns to export. */
  readonly view: View;
  /** Columns that identify a row of an account, in the order of the file. An index covers them. */
  readonly key: readonly string[];
}

// the columns about the person; API views can have further properties
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
class Budget extends OmitType(BudgetRow, ['created_by', 'alert_at', 'reported_threshold', 'is_exceeded'] as const) {}
class Event extends OmitType(EventRow, ['position'] as const) {}
class AutomaticTopUp extends OmitType(AutoTopupRow, ['next_try_at'] as const) {}
class ApiKey extends OmitType(ApiKeyRow, [
  'key_hash',
  'hash_alg',
  'previous_hash',
  'previous_hash_alg',
  'created_by',
  'changed_at',
] as const) {}
class Contact extends OmitType(ContactRow, ['pending_hash'] as const) {}
class Notification extends OmitType(NotificationRow, ['user_id', 'cause'] as const) {}
class Mail extends OmitType(MailRow, ['facts', 'sealed_path', 'next_try_at', 'attempts', 'error'] as const) {}
class GiftCheck extends OmitType(GiftCheckRow, ['decided_by'] as const) {}
class Welcome extends OmitType(WelcomeRow, ['ended_at'] as const) {}
class Redeemed extends OmitType(ReferralRow, ['referrer_id', 'reason', 'transaction_id'] as const) {}
class Invited extends OmitType(ReferralRow, ['user_id', 'reason', 'referred_transaction_id'] as const) {}
class OwnKey extends OmitType(OpenrouterAccountRow, ['encrypted_key'] as const) {}

class Organization extends OmitType(OrganizationRow, ['created_by'] as const) {}
class Member extends OmitType(OrganizationMemberRow, ['created_by', 'changed_at'] as const) {}
class Membership extends OmitType(OrganizationMemberRow, ['created_by', 'changed_at', 'cost_center'] as const) {}
class Invitation extends OmitType(OrganizationInvitationRow, ['token_hash', 'created_by'] as const) {}

const BY_TIME = ['created_at', 'id'];

/** The tables in an export besides the account itself. */
export const EXPORTED_TABLES: readonly ExportedTable[] = [
  {
    file: 'ledger.csv',
    table: 'credit_transactions',
    view: LedgerLine,
    key: BY_TIME,
    what: 'every change of the balance; the amounts add up to the balance minus the debt',
  },
  {
    file: 'usage.csv',
    table: 'usage_events',
    view: UsageEvent,
    key: ['id'],
    what: 'recorded usage events',
  },
  {
    file: 'grants.csv',
    table: 'credit_grants',
    view: CreditGrantRow,
    key: ['id'],
    what: 'grants of credits',
  },
  { file: 'holds.csv', table: 'credit_holds', view: Hold, key: ['id'], what: 'holds of credits' },
  { file: 'opening.csv', table: 'openings', view: OpeningRow, key: ['user_id'], what: 'who told of the new user' },
  {
    file: 'experiments.csv',
    table: 'experiment_assignments',
    view: ExperimentAssignmentRow,
    key: ['experiment'],
    what: 'what new users got for comparison',
  },
  { file: 'welcome.csv', table: 'welcomes', view: Welcome, key: ['user_id'], what: 'the welcome of a new user' },
  {
    file: 'welcome-gifts.csv',
    table: 'welcome_gifts',
    view: WelcomeGiftRow,
    key: ['on'],
    what: 'steps that credits were given for',
  },
  {
    file: 'referral-codes.csv',
    table: 'referral_codes',
    view: ReferralCodeRow,
    key: ['created_at', 'code'],
    what: 'codes with which you invite others',
  },
  {
    file: 'invited-users.csv',
    table: 'referrals',
    of: 'referrer_id',
    view: Invited,
    key: BY_TIME,
    what: 'users whom you invited, without who they are',
  },
  {
    file: 'referral.csv',
    table: 'referrals',
    view: Redeemed,
    key: ['user_id'],
    what: 'the invitation that you redeemed',
  },
  {
    file: 'gift-checks.csv',
    table: 'gift_checks',
    view: GiftCheck,
    key: ['user_id'],
    what: 'which part of gifts to new users you get, and why',
  },
  {
    file: 'dismissed-recommendations.csv',
    table: 'dismissed_recommendations',
    view: DismissedRecommendationRow,
    key: ['recommendation_id'],
    what: 'recommendations that were hidden',
  },
  { file: 'budgets.csv', table: 'budgets', view: Budget, key: ['id'], what: 'budgets and their use' },
  { file: 'events.csv', table: 'events', view: Event, key: ['sequence'], what: 'events about the account' },
  {
    file: 'payments.csv',
    table: 'payments',
    view: Payment,
    key: BY_TIME,
    what: 'payments and their outcome',
  },
  {
    file: 'refunds.csv',
    table: 'payment_refunds',
    view: PaymentRefundRow,
    key: ['payment_id', 'refund_id'],
    what: 'refunds',
  },
  {
    file: 'disputes.csv',
    table: 'payment_disputes',
    view: PaymentDisputeRow,
    key: ['payment_id', 'dispute_id'],
    what: 'disputes of payments',
  },
  {
    file: 'subscriptions.csv',
    table: 'subscriptions',
    view: Subscription,
    key: ['subscription_id'],
    what: 'subscriptions to plans',
  },
  {
    file: 'automatic-top-up.csv',
    table: 'auto_topups',
    view: AutomaticTopUp,
    key: ['user_id'],
    what: 'settings of the automatic top-up',
  },
  {
    file: 'customers.csv',
    table: 'payment_customers',
    view: PaymentCustomerRow,
    key: ['user_id'],
    what: 'customer id at the payment provider',
  },
  {
    file: 'coupons.csv',
    table: 'coupon_redemptions',
    view: CouponRedemptionRow,
    key: ['code'],
    what: 'redeemed coupons',
  },
  {
    file: 'discounts.csv',
    table: 'account_discounts',
    view: AccountDiscountRow,
    key: ['code'],
    what: 'discounts on payments',
  },
  {
    file: 'api-keys.csv',
    table: 'api_keys',
    view: ApiKey,
    key: BY_TIME,
    what: 'API keys: their limits and last use, never a secret',
  },
  {
    file: 'own-keys.csv',
    table: 'openrouter_accounts',
    view: OwnKey,
    key: ['user_id'],
    what: 'the stored OpenRouter key: its state, never the key itself',
  },
  { file: 'organization.csv', table: 'organizations', view: Organization, key: ['user_id'], what: 'the organization' },
  { file: 'members.csv', table: 'organization_members', view: Member, key: ['member_id'], what: 'its members' },
  {
    file: 'invitations.csv',
    table: 'organization_invitations',
    view: Invitation,
    key: BY_TIME,
    what: 'its invitations',
  },
  { file: 'cost-centers.csv', table: 'cost_centers', view: CostCenterRow, key: ['code'], what: 'its cost centers' },
  {
    file: 'memberships.csv',
    table: 'organization_members',
    of: 'member_id',
    view: Membership,
    key: ['user_id', 'member_id'],
    what: 'organizations that you are or were a member of',
  },
  {
    file: 'contact.csv',
    table: 'contacts',
    view: Contact,
    key: ['user_id'],
    what: 'e-mail address, language, time zone and what you do not want to be told',
  },
  {
    file: 'notifications.csv',
    table: 'notifications',
    view: Notification,
    key: BY_TIME,
    what: 'what you were told, with the amounts and dates in it',
  },
  { file: 'mails.csv', table: 'mails', view: Mail, key: BY_TIME, what: 'mails that were sent to you' },
  {
    file: 'audit.csv',
    table: 'audit_logs',
    view: AuditLogRow,
    key: BY_TIME,
    what: 'administrative actions on the account',
  },
];
