import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { TierRow } from '../generated/rows.js';

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
  'features',
] as const;

const DEFAULTED = [
  'rollover_max',
  'is_public',
  'calls_per_day',
  'calls_per_month',
  'free_calls_per_day',
  'allowed_models',
  'features',
  'monthly_cap',
] as const;

/** A member may be left out, but null is a value of nullable columns alone. */
const NOT_NULL = { skipNullProperties: false } as const;

/** What of a plan may be changed. */
export class TierChanges extends PartialType(PickType(TierRow, EDITABLE), NOT_NULL) {}

class TierTerms extends OmitType(PickType(TierRow, ['tier', ...EDITABLE] as const), DEFAULTED) {}
class TierDefaults extends PartialType(PickType(TierRow, DEFAULTED), NOT_NULL) {}

/** A plan to create. */
export class TierBody extends IntersectionType(TierTerms, TierDefaults) {}
