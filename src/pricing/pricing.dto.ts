import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { service_tier } from '../generated/prisma/enums.js';
import { MarkupRuleRow, ModelPriceRow, ServiceTierMultiplierRow } from '../generated/rows.js';
import { Changes } from '../platform/http/bodies/changes.js';
import { PageQuery, QueryBoolean } from '../platform/http/page.js';
import { IsText } from '../platform/values/wire-decorators.js';
import { PRICE_CLASSES, type PriceClass } from './markup/markup.js';
import { IsOverrides } from './prices/override-validation.js';
import { PRICE_COLUMNS } from './prices/price.js';
import type { StoredOverride } from './prices/price-override.js';

/** Long prompts cost double, batch work half. */
const OVERRIDES = [
  { min_prompt_tokens: 200_001, input_per_million: '2.5', output_per_million: '15' },
  { service_tier: 'batch', input_per_million: '0.625', output_per_million: '5' },
];

/** Example bodies that set a price. */
export const PRICE_EXAMPLES = {
  tokens: {
    summary: 'A model priced by tokens',
    value: { model: 'acme/writer-1', input_per_million: '1.25', output_per_million: '10' },
  },
  overrides: {
    summary: 'More expensive for long prompts, cheaper for batches',
    value: { model: 'acme/writer-2', input_per_million: '1.25', output_per_million: '10', overrides: OVERRIDES },
  },
  things: { summary: 'A model priced by images', value: { model: 'acme/painter-1', per_image: '0.04' } },
  free: {
    summary: 'A free model: prices of zero alone are not enough',
    value: { model: 'acme/reader-1', input_per_million: '0', output_per_million: '0', is_free: true },
  },
};

/** Prices that replace the base prices under conditions. Omitted columns keep their base price. */
export class PriceOverrideView extends PartialType(PickType(ModelPriceRow, PRICE_COLUMNS)) {
  @ApiPropertyOptional({
    description: 'Minimum prompt tokens, inclusive. The override then applies to the whole call.',
    type: 'integer',
    minimum: 1,
    example: 200_000,
  })
  min_prompt_tokens?: number;

  @ApiPropertyOptional({
    description: 'Applies to work of this service tier.',
    enum: service_tier,
    enumName: 'service_tier',
  })
  service_tier?: service_tier;

  @ApiPropertyOptional({
    description: 'Start (inclusive): a time of day in UTC, or a timestamp.',
    type: 'string',
    example: '16:30',
  })
  utc_start?: string;

  @ApiPropertyOptional({
    description: 'End (exclusive): a time of day in UTC, or a timestamp.',
    type: 'string',
    example: '00:30',
  })
  utc_end?: string;
}

/** A price with its class and markup. */
export class ModelPriceView extends OmitType(ModelPriceRow, ['overrides', 'is_free'] as const) {
  @ApiProperty({
    description: 'Prices that apply under conditions. If several apply, the last one wins.',
    type: [PriceOverrideView],
  })
  overrides!: PriceOverrideView[];

  @ApiProperty({
    description:
      'Price class by (3 x input + output) / 4 in USD per million tokens: budget below 1, standard below 10, premium from 10.',
    enum: PRICE_CLASSES,
    enumName: 'price_class',
  })
  class!: PriceClass;

  @ApiProperty({
    description: 'Whether the model is free: its id ends in `:free`, or an admin declared it free.',
    type: 'boolean',
  })
  is_free!: boolean;

  @ApiProperty({
    description: 'Markup as a share of the price; a rule for the tier can override it.',
    type: 'string',
    format: 'decimal',
    example: '0.100000',
  })
  markup_rate!: string;

  @ApiProperty({
    description: 'When an admin withdrew the price; null if it is not withdrawn.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  withdrawn_at!: Date | null;
}

class PricesFilter {
  @ApiPropertyOptional({ description: 'Only prices for this service; `*` means prices for every service.' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  service?: string;

  @ApiPropertyOptional({
    description: 'Only models whose id or name contains this text, ignoring case.',
    example: 'gpt',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  search?: string;

  @ApiPropertyOptional({ description: 'Only models of this class.', enum: PRICE_CLASSES, enumName: 'price_class' })
  @IsOptional()
  @IsIn(PRICE_CLASSES)
  class?: PriceClass;

  @ApiPropertyOptional({ description: 'true: only free models; false: only paid models.', type: 'boolean' })
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  is_free?: boolean;
}

/** Query of the price list. The list is small, so its total is always returned. */
export class PricesQuery extends IntersectionType(OmitType(PageQuery, ['cursor', 'count'] as const), PricesFilter) {}

/** Names the service and model. */
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

/** A price to set. Omitted columns have no price of their own; they do not keep the previous one. */
export class PriceBody extends IntersectionType(
  PickType(ModelPriceRow, ['model'] as const),
  Changes(PickType(ModelPriceRow, OPTIONAL)),
) {
  @ApiPropertyOptional({
    description: 'true: set the price even if it differs from the previous one by more than a factor of 20.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  allow_jump: boolean = false;

  @ApiPropertyOptional({
    description: 'Prices that apply under conditions. If several apply, the last one wins.',
    type: [PriceOverrideView],
    example: OVERRIDES,
  })
  @IsOptional()
  @IsOverrides()
  overrides?: StoredOverride[];
}

/** A factor on token prices for a service tier. */
export class ServiceTierMultiplierView extends ServiceTierMultiplierRow {}

/** A multiplier to set. */
export class ServiceTierMultiplierBody extends IntersectionType(
  PickType(ServiceTierMultiplierRow, ['service_tier', 'multiplier'] as const),
  Changes(PickType(ServiceTierMultiplierRow, ['match', 'effective_from'] as const)),
) {}

/** A markup rule. */
export class MarkupRuleView extends MarkupRuleRow {}

/** A markup rule to create. */
export class MarkupRuleBody extends PickType(MarkupRuleRow, ['scope', 'match', 'rate'] as const) {}

/** Changes to a markup rule. */
export class MarkupRuleChanges extends PickType(MarkupRuleRow, ['rate'] as const) {}
