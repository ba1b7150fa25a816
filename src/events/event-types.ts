import type { Type } from '@nestjs/common';
import {
  AccountEventObject,
  ApiKeyEventObject,
  CreditsEventObject,
  ExpiringGrantEventObject,
  GrantEventObject,
  HoldEventObject,
  OwnKeyEventObject,
  PlanEventObject,
} from './objects/account-objects.js';
import { BudgetEventObject } from './objects/budget-object.js';
import { MonthlyReportEventObject } from './objects/report-object.js';
import { MemberEventObject } from './objects/organization-objects.js';
import { WebhookEventObject } from './objects/webhook-object.js';
import {
  DiscountEventObject,
  PaymentEventObject,
  RedemptionEventObject,
  TopUpEventObject,
  UnratedUsageEventObject,
} from './objects/payment-objects.js';

/** What an event of a type is about. */
interface EventDefinition {
  /** What happened, in a sentence for developers who receive the event. */
  readonly description: string;
  /** Class of `data.object`: only its documented properties are stored. */
  readonly object: Type;
  /** Properties of `data.previous`, the values before the change; left out when nothing changed. */
  readonly previous?: readonly string[];
}

/**
 * All types of events. To add one, add an entry: its documentation, its webhook in openapi.json and the types of
 * `writeEvents` follow.
 */
export const EVENT_TYPES = {
  'account.provisioned': { description: 'An account was opened.', object: AccountEventObject },
  'account.suspended': {
    description: 'An account was suspended: it cannot spend until it is active again.',
    object: AccountEventObject,
    previous: ['status'],
  },
  'account.reactivated': {
    description: 'A suspended or closed account is active again.',
    object: AccountEventObject,
    previous: ['status'],
  },
  'account.closed': {
    description: 'An account was closed: it cannot spend and gets no further credits.',
    object: AccountEventObject,
    previous: ['status'],
  },
  'account.moved': {
    description: 'Another account took over everything from this one.',
    object: AccountEventObject,
    previous: ['status'],
  },
  'credits.granted': {
    description: 'Credits were added: a purchase, a renewal, a bonus, a coupon, a refund, a transfer or a correction.',
    object: GrantEventObject,
  },
  'credits.low': {
    description: 'The credits that can be spent fell below the threshold. Told once until they recover.',
    object: CreditsEventObject,
  },
  'credits.exhausted': {
    description: 'Nothing is left to spend. Told once until credits are added.',
    object: CreditsEventObject,
  },
  'credits.recovered': {
    description: 'After credits.low or credits.exhausted, the credits are above the threshold again.',
    object: CreditsEventObject,
  },
  'credits.expiring': {
    description:
      'Credits of a grant expire within seven days, and half of their time is over. Told once for each grant and expiry; not for credits of a plan, which are renewed.',
    object: ExpiringGrantEventObject,
  },
  'hold.expired': {
    description: 'A hold was not resolved in time; its credits are available again.',
    object: HoldEventObject,
  },
  'budget.threshold_reached': {
    description: 'A budget reached one of its thresholds. Told once for each threshold and window.',
    object: BudgetEventObject,
  },
  'budget.exceeded': {
    description: 'A budget is used up, or refused work. Told once for each window.',
    object: BudgetEventObject,
  },
  'budget.recovered': {
    description: 'A budget that was exceeded has room again, or its range has ended.',
    object: BudgetEventObject,
  },
  'tier.changed': {
    description: 'The plan of an account changed.',
    object: PlanEventObject,
    previous: ['tier', 'allocated_monthly'],
  },
  'coupon.redeemed': { description: 'A coupon was redeemed.', object: RedemptionEventObject },
  'coupon.expiring': {
    description: 'An unused discount from a coupon expires within seven days, and half of its time is over. Told once.',
    object: DiscountEventObject,
  },
  'payment.succeeded': { description: 'A payment was received and applied.', object: PaymentEventObject },
  'payment.failed': { description: 'A payment failed; nothing was charged.', object: PaymentEventObject },
  'payment.refunded': {
    description: 'A payment was refunded, in part or whole.',
    object: PaymentEventObject,
    previous: ['refunded'],
  },
  'payment.disputed': {
    description: 'The state of a dispute of a payment changed.',
    object: PaymentEventObject,
    previous: ['dispute'],
  },
  'topup.stopped': {
    description: 'The automatic top-up stopped after declined cards. It starts again when its settings are sent again.',
    object: TopUpEventObject,
  },
  'key.created': { description: 'An API key was created.', object: ApiKeyEventObject },
  'key.paused': {
    description:
      'An API key was paused, by somebody or by the brake (`braked_model`): it is refused until it is resumed.',
    object: ApiKeyEventObject,
  },
  'key.rotated': { description: 'An API key has a new secret.', object: ApiKeyEventObject },
  'key.resumed': { description: 'An API key that was paused works again.', object: ApiKeyEventObject },
  'key.expiring': {
    description: 'An API key expires within a week, or within a day. Told once each time, again if the expiry changes.',
    object: ApiKeyEventObject,
  },
  'key.revoked': { description: 'An API key was revoked: it never works again.', object: ApiKeyEventObject },
  'organization.member_added': {
    description: 'A person became a member of the organization.',
    object: MemberEventObject,
  },
  'organization.member_updated': {
    description: 'The role, the state or the terms of a member changed.',
    object: MemberEventObject,
    previous: ['role', 'status'],
  },
  'organization.member_removed': {
    description: 'A member left or was removed; its keys for the organization are paused.',
    object: MemberEventObject,
  },
  'openrouter.key_invalid': {
    description: "OpenRouter refused a user's own key. It is no longer used.",
    object: OwnKeyEventObject,
  },
  'usage.unrated': {
    description:
      'Work was recorded whose price is not known. It is charged once a price is known. Told with the first such work of an account, service and model, until all of it has a price.',
    object: UnratedUsageEventObject,
  },
  'report.monthly': {
    description: 'A month has ended where the person lives: what the account used in it. Told once for each month.',
    object: MonthlyReportEventObject,
  },
  'webhook.failing': {
    description:
      'No delivery to a webhook endpoint has succeeded for a day. Told to the account that created the endpoint, once until a delivery succeeds.',
    object: WebhookEventObject,
  },
  'webhook.disabled': {
    description:
      'A webhook endpoint was disabled because no delivery succeeded for five days. Told to the account that created it.',
    object: WebhookEventObject,
  },
  'webhook.test': {
    description:
      'A test of a webhook endpoint. It is sent on demand, with the sequence 0, and is not in the event log.',
    object: WebhookEventObject,
  },
} as const satisfies Record<string, EventDefinition>;

export type EventType = keyof typeof EVENT_TYPES;

/** Class of `data.object` of a type. */
export type EventObject<T extends EventType> = InstanceType<(typeof EVENT_TYPES)[T]['object']>;

type PreviousOf<T extends EventType> = (typeof EVENT_TYPES)[T] extends { previous: readonly (infer Key)[] }
  ? { previous?: Pick<EventObject<T>, Key & keyof EventObject<T>> }
  : { previous?: never };

/** An event to write. `occurred_at` is the time of writing by default. Other members of `object` are left out. */
export type NewEvent = {
  [T in EventType]: {
    user_id: string;
    type: T;
    occurred_at?: Date;
    object: EventObject<T>;
  } & PreviousOf<T>;
}[EventType];

/** All definitions by type, for code that treats them alike. */
export const EVENT_DEFINITIONS: ReadonlyMap<string, EventDefinition> = new Map<string, EventDefinition>(
  Object.entries(EVENT_TYPES),
);

export const EVENT_TYPE_NAMES = Object.keys(EVENT_TYPES) as EventType[];

/** Returns whether a pattern covers a type: the type itself, or a prefix and `*` as in `credits.*`. */
export const coversType = (pattern: string, type: string): boolean =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
