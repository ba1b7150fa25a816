import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { service_tier } from '../generated/prisma/enums.js';
import { MarkupRuleRow, ModelPriceRow, ServiceTierMultiplierRow } from '../generated/rows.js';
import { Changes } from '../platform/http/changes.js';
import { PageQuery, QueryBoolean } from '../platform/http/page.js';
import { IsText } from '../platform/wire-decorators.js';
import { PRICE_CLASSES, type PriceClass } from './markup.js';
import { IsOverrides } from './override-validation.js';
import { PRICE_COLUMNS } from './price.js';
import type { StoredOverride } from './price-override.js';

/** Long prompts cost double, and work that may wait half. */
const OVERRIDES = [
  { min_prompt_tokens: 200_001, input_per_million: '2.5', output_per_million: '15' },
  { service_tier: 'batch', input_per_million: '0.625', output_per_million: '5' },
];

/** Bodies that set a price. */
export const PRICE_EXAMPLES = {
  tokens: {
    summary: 'A model of tokens',
    value: { model: 'acme/writer-1', input_per_million: '1.25', output_per_million: '10' },
  },
  overrides: {
    summary: 'Dearer for long prompts, cheaper for batches',
    value: { model: 'acme/writer-2', input_per_million: '1.25', output_per_million: '10', overrides: OVERRIDES },
  },
  things: { summary: 'A model of images', value: { model: 'acme/painter-1', per_image: '0.04' } },
  free: {
    summary: 'A model that costs nothing: zeros alone do not say so',
    value: { model: 'acme/reader-1', input_per_million: '0', output_per_million: '0', is_free: true },
  },
};

/** Prices that count under conditions instead of the model's other ones; those that are left out stay as they are. */
export class PriceOverrideView extends PartialType(PickType(ModelPriceRow, PRICE_COLUMNS)) {
  @ApiPropertyOptional({
    description: 'From so many tokens of the prompt on, this number included; for the whole call.',
    type: 'integer',
    minimum: 1,
    example: 200_000,
  })
  min_prompt_tokens?: number;

  @ApiPropertyOptional({
    description: 'For work of this service tier.',
    enum: service_tier,
    enumName: 'service_tier',
  })
  service_tier?: service_tier;

  @ApiPropertyOptional({
    description: 'From this time of day of UTC on, or from this instant on.',
    type: 'string',
    example: '16:30',
  })
  utc_start?: string;

  @ApiPropertyOptional({ description: 'Until then, which is not included.', type: 'string', example: '00:30' })
  utc_end?: string;
}

/** A price with what follows from it. */
export class ModelPriceView extends OmitType(ModelPriceRow, ['overrides', 'is_free'] as const) {
  @ApiProperty({
    description: 'Prices that count under conditions; of those that apply, a later one counts before an earlier one.',
    type: [PriceOverrideView],
  })
  overrides!: PriceOverrideView[];

  @ApiProperty({
    description: 'Class by (3 x input + output) / 4 in USD for a million tokens: budget below 1, standard below 10.',
    enum: PRICE_CLASSES,
    enumName: 'price_class',
  })
  class!: PriceClass;

  @ApiProperty({
    description: 'Whether the model is free: its id ends in `:free`, or an admin says so.',
    type: 'boolean',
  })
  is_free!: boolean;

  @ApiProperty({
    description: 'Markup as a share of the price, unless a rule of the tier says otherwise.',
    type: 'string',
    format: 'decimal',
    example: '0.100000',
  })
  markup_rate!: string;

  @ApiProperty({
    description: 'When an admin took the price back: from then on it does not count; null while it does.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  withdrawn_at!: Date | null;
}

class PricesFilter {
  @ApiPropertyOptional({ description: 'Only prices of this service; `*` are those of every service.' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  service?: string;

  @ApiPropertyOptional({ description: 'Only models whose id or name contains this text, in any case.', example: 'gpt' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  search?: string;

  @ApiPropertyOptional({ description: 'Only models of this class.', enum: PRICE_CLASSES, enumName: 'price_class' })
  @IsOptional()
  @IsIn(PRICE_CLASSES)
  class?: PriceClass;

  @ApiPropertyOptional({ description: 'true: only free models; false: only the others.', type: 'boolean' })
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  is_free?: boolean;
}

/** Query of the list of prices. The set is small: its size is always told. */
export class PricesQuery extends IntersectionType(OmitType(PageQuery, ['cursor', 'count'] as const), PricesFilter) {}

/** Which service's and model's prices. */
export class PriceHistoryQuery extends IntersectionType(
  PickType(ModelPriceRow, ['model'] as const),
  Changes(PickType(ModelPriceRow, ['service'] as const)),
) {}

const OPTIONAL = [
  'service',
  'name',
  ...PRICE_COLUMNS,
  'is_free',
  'context_length',
  'max_output_tokens',
  'effective_from',
] as const;

/** A price to set. What is left out has no price of its own; it does not keep the one it had. */
export class PriceBody extends IntersectionType(
  PickType(ModelPriceRow, ['model'] as const),
  Changes(PickType(ModelPriceRow, OPTIONAL)),
) {
  @ApiPropertyOptional({
    description: 'true: set it even if it is more than 20 times dearer or cheaper than the price before it.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  allow_jump: boolean = false;

  @ApiPropertyOptional({
    description: 'Prices that count under conditions; of those that apply, a later one counts before an earlier one.',
    type: [PriceOverrideView],
    example: OVERRIDES,
  })
  @IsOptional()
  @IsOverrides()
  overrides?: StoredOverride[];
}

/** A factor on prices of tokens for work of a service tier. */
export class ServiceTierMultiplierView extends ServiceTierMultiplierRow {}

/** A multiplier to set. */
export class ServiceTierMultiplierBody extends IntersectionType(
  PickType(ServiceTierMultiplierRow, ['service_tier', 'multiplier'] as const),
  Changes(PickType(ServiceTierMultiplierRow, ['match', 'effective_from'] as const)),
) {}

/** A markup rule. */
export class MarkupRuleView extends MarkupRuleRow {}

/** A markup rule to make. */
export class MarkupRuleBody extends PickType(MarkupRuleRow, ['scope', 'match', 'rate'] as const) {}

/** What of a markup rule may be changed. */
export class MarkupRuleChanges extends PickType(MarkupRuleRow, ['rate'] as const) {}
