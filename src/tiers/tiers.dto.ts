import { IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { TierRow } from '../generated/rows.js';
import { Changes } from '../platform/http/bodies/changes.js';

/** A plan as the public comparison shows it. */
export class TierComparisonView extends PickType(TierRow, [
  'tier',
  'price_monthly',
  'credits_monthly',
  'monthly_cap',
  'cost_per_1k_tokens',
  'features',
] as const) {}

/** A plan as admins see it. */
export class TierView extends TierRow {}

const EDITABLE = [
  'name',
  'price_monthly',
  'credits_monthly',
  'monthly_cap',
  'cost_per_1k_tokens',
  'rollover_max',
  'renews',
  'is_public',
  'rank',
  'calls_per_day',
  'calls_per_month',
  'free_calls_per_day',
  'allowed_models',
  'seats',
  'features',
] as const;

const DEFAULTED = [
  'rollover_max',
  'is_public',
  'calls_per_day',
  'calls_per_month',
  'free_calls_per_day',
  'allowed_models',
  'seats',
  'features',
  'monthly_cap',
] as const;

/** Changes to a plan. */
export class TierChanges extends Changes(PickType(TierRow, EDITABLE)) {}

class TierTerms extends OmitType(PickType(TierRow, ['tier', ...EDITABLE] as const), DEFAULTED) {}
class TierDefaults extends Changes(PickType(TierRow, DEFAULTED)) {}

/** A plan to create. */
export class TierBody extends IntersectionType(TierTerms, TierDefaults) {}
