/** Languages in which people are told. */
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A budget that a notice is about. Amounts are in its unit. */
export interface BudgetFacts {
  /** What the budget is for, such as the name of a key or a model; null for the whole account. */
  readonly subject: string | null;
  readonly unit: 'credits' | 'calls' | 'tokens';
  readonly used: string;
  readonly limit: string;
  /** When its window ends. */
  readonly resets_at: string | null;
}

/** The month that a report is about; amounts are credits. */
export interface MonthFacts {
  /** Such as 2026-11. */
  readonly month: string;
  readonly spent: string;
  readonly spent_before: string;
  readonly requests: number;
  readonly tokens: number;
  /** Spent on each day of the month. */
  readonly days: readonly string[];
  /** The models and services that cost most, the most expensive first. */
  readonly top: readonly { readonly name: string; readonly spent: string }[];
}

/** What a notice of each kind is about: amounts are decimal text, instants ISO 8601. */
export interface Facts {
  welcome: { readonly available: string | null };
  verify_address: { readonly expires_at: string };
  low_balance: { readonly available: string; readonly threshold: string | null };
  exhausted: { readonly resets_at: string | null };
  recovered: { readonly available: string };
  credits_expiring: { readonly amount: string; readonly expires_at: string };
  coupon_expiring: { readonly code: string; readonly expires_at: string };
  monthly_report: MonthFacts;
  plan_renewed: { readonly plan: string; readonly credits: string; readonly until: string | null };
  plan_changed: { readonly plan: string; readonly before: string | null };
  payment_failed: { readonly amount: string | null; readonly currency: string | null; readonly reason: string | null };
  topup_stopped: { readonly reason: string | null };
  budget_threshold: BudgetFacts & { readonly threshold: number };
  budget_exceeded: BudgetFacts;
  key_paused: { readonly name: string; readonly reason: string | null };
  key_expiring: { readonly name: string; readonly expires_at: string };
  own_key_invalid: { readonly hint: string | null };
  invitation: {
    readonly organization: string;
    readonly invited_by: string | null;
    readonly role: string;
    readonly expires_at: string;
  };
}

export type NoticeKind = keyof Facts;

/** How a kind reaches people. */
interface KindRules {
  /** Whether mails of the kind are sent unless the person switched them off, always, or never. */
  readonly mail: 'on' | 'always' | 'never';
  /** Whether it is in the inbox. Mails to people without an account are not. */
  readonly has_inbox: boolean;
}

const USUAL: KindRules = { mail: 'on', has_inbox: true };

/** All kinds. Mails about the security of an account cannot be switched off. */
export const KINDS: Readonly<Record<NoticeKind, KindRules>> = {
  welcome: USUAL,
  verify_address: { mail: 'always', has_inbox: false },
  low_balance: USUAL,
  exhausted: USUAL,
  recovered: { mail: 'never', has_inbox: true },
  credits_expiring: USUAL,
  coupon_expiring: USUAL,
  monthly_report: USUAL,
  plan_renewed: USUAL,
  plan_changed: USUAL,
  payment_failed: USUAL,
  topup_stopped: USUAL,
  budget_threshold: USUAL,
  budget_exceeded: USUAL,
  key_paused: { mail: 'always', has_inbox: true },
  key_expiring: USUAL,
  own_key_invalid: USUAL,
  invitation: { mail: 'always', has_inbox: false },
};

export const NOTICE_KINDS = Object.keys(KINDS) as NoticeKind[];

/** The kinds that people see in their inbox and in their preferences. */
export const INBOX_KINDS = NOTICE_KINDS.filter((kind) => KINDS[kind].has_inbox);

/** Returns whether the text names a kind. */
export const isNoticeKind = (text: string): text is NoticeKind => Object.hasOwn(KINDS, text);
