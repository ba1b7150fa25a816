import type { CouponCodeRow } from '../../generated/rows.js';
import { DomainError, type ErrorKind } from '../../platform/errors.js';

/** Why a coupon cannot be redeemed: a sentence for users, and the error that redeeming it causes. */
export interface CouponRefusal {
  kind: ErrorKind;
  code: string;
  reason: string;
}

/** The facts about a user that a coupon's conditions need. */
export interface Redeemer {
  tier: string;
  /** When the account was opened. */
  opened_at: Date;
  has_redeemed: boolean;
  has_purchased: boolean;
}

type Conditions = Pick<
  CouponCodeRow,
  | 'is_active'
  | 'valid_from'
  | 'expires_at'
  | 'max_uses'
  | 'used_count'
  | 'tiers'
  | 'first_purchase_only'
  | 'new_accounts_only'
>;

/** How long an account counts as new: its first period. */
const NEW_MS = 30 * 24 * 60 * 60 * 1000;

const refused = (code: string, reason: string): CouponRefusal => ({ kind: 'conflict', code, reason });

export const NOT_FOUND: CouponRefusal = { kind: 'not_found', code: 'not_found', reason: 'Coupon code not found' };
export const LIMIT_REACHED = refused('coupon_limit_reached', 'Coupon redemption limit reached');
export const WORTHLESS = refused('coupon_not_applicable', 'This coupon has no effect on your tier');

/** Returns the first reason why the coupon cannot be redeemed now, or null. */
export function refusalOf(coupon: Conditions | null, redeemer: Redeemer, now: Date): CouponRefusal | null {
  if (coupon === null) return NOT_FOUND;
  if (!coupon.is_active) return refused('coupon_inactive', 'Coupon code is inactive');
  if (coupon.valid_from > now) return refused('coupon_not_yet_valid', 'Coupon code is not valid yet');
  if (isExpired(coupon, now)) return refused('coupon_expired', 'Coupon code has expired');
  // before the limit, which this user's own redemption may have reached
  if (redeemer.has_redeemed) return refused('coupon_already_redeemed', 'You have already redeemed this coupon');
  if (remainingUses(coupon) === 0) return LIMIT_REACHED;
  const condition = unmetCondition(coupon, redeemer, now);
  return condition === null ? null : refused('coupon_not_applicable', condition);
}

/** Number of redemptions left; null means unlimited. */
export const remainingUses = ({ max_uses, used_count }: Pick<CouponCodeRow, 'max_uses' | 'used_count'>) =>
  max_uses === null ? null : max_uses - used_count;

export const isExpired = ({ expires_at }: Pick<CouponCodeRow, 'expires_at'>, now: Date): boolean =>
  expires_at !== null && expires_at <= now;

/** Converts a refusal to the error that redeeming throws. */
export const errorOf = ({ kind, code, reason }: CouponRefusal): DomainError => new DomainError(kind, code, reason);

function unmetCondition(coupon: Conditions, redeemer: Redeemer, now: Date): string | null {
  if (coupon.tiers.length > 0 && !coupon.tiers.includes(redeemer.tier))
    return 'This coupon is not available for your tier';
  if (coupon.first_purchase_only && redeemer.has_purchased) return 'This coupon is only valid for a first purchase';
  const isNew = now.getTime() - redeemer.opened_at.getTime() < NEW_MS;
  return coupon.new_accounts_only && !isNew ? 'This coupon is only valid for new accounts' : null;
}
