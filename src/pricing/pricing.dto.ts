import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsOptional } from 'class-validator';
import { service_tier } from '../generated/prisma/enums.js';
import { MarkupRuleRow, ModelPriceRow, ServiceTierMultiplierRow } from '../generated/rows.js';
import { Changes } from '../platform/http/changes.js';
import { PageQuery, QueryBoolean } from '../platform/http/page.js';
import { IsText } from '../platform/wire-decorators.js';
import { PRICE_CLASSES, type PriceClass } from './markup.js';
import { IsOverrides } from './override-validation.js';
import { PRICE_COLUMNS } from './price.js';
import type { StoredOverride } from './price-override.js';

const MODELS_MAX = 10_000;
/** As OpenRouter lists a model: prices in USD for one token. */
const MODEL = {
  ...{ id: 'acme/writer-1', name: 'Acme: Writer 1', context_length: 32768 },
  pricing: { prompt: '0.0000002', completion: '0.0000008' },
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
  /** Prices that count under conditions. */
  @ApiProperty({
    description: 'Prices that count under conditions; of those that apply, a later one counts before an earlier one.',
    type: [PriceOverrideView],
  })
  overrides!: PriceOverrideView[];

  /** Class by the blended price of a million tokens. */
  @ApiProperty({
    description: 'Class by (3 x input + output) / 4 in USD for a million tokens: budget below 1, standard below 10.',
    enum: PRICE_CLASSES,
    enumName: 'price_class',
  })
  class!: PriceClass;

  /** Whether somebody says that the model costs nothing. */
  @ApiProperty({
    description: 'Whether the model is free: its id ends in `:free`, or an admin says so.',
    type: 'boolean',
  })
  is_free!: boolean;

  /** Share of the provider cost that is added, apart from rules of tiers. */
  @ApiProperty({
    description: 'Markup as a share of the price, unless a rule of the tier says otherwise.',
    type: 'string',
    format: 'decimal',
    example: '0.100000',
  })
  markup_rate!: string;
}

class PricesFilter {
  /** Only prices of this service; `*` are those of every service. */
  @ApiPropertyOptional({ description: 'Only prices of this service; `*` are those of every service.' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  service?: string;

  /** Only models whose id or name contains this text, in any case. */
  @ApiPropertyOptional({ description: 'Only models whose id or name contains this text, in any case.', example: 'gpt' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  search?: string;

  /** Only models of this class. */
  @ApiPropertyOptional({ description: 'Only models of this class.', enum: PRICE_CLASSES, enumName: 'price_class' })
  @IsOptional()
  @IsIn(PRICE_CLASSES)
  class?: PriceClass;

  /** Only free models, or only those that are not. */
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
  /** Set the price even if it is more than 20 times the one before it, or a twentieth. */
  @ApiPropertyOptional({
    description: 'true: set it even if it is more than 20 times dearer or cheaper than the price before it.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  allow_jump: boolean = false;

  /** Prices that count under conditions. */
  @ApiPropertyOptional({
    description: 'Prices that count under conditions; of those that apply, a later one counts before an earlier one.',
    type: [PriceOverrideView],
  })
  @IsOptional()
  @IsOverrides()
  overrides?: StoredOverride[];
}

/** How a list of prices is taken in. */
export class ImportQuery {
  /** Report only, change nothing. */
  @ApiPropertyOptional({ description: 'true: only report what would change.', type: 'boolean', default: false })
  @QueryBoolean()
  @IsBoolean()
  dry_run: boolean = false;
}

/** OpenRouter's list of models, as its `/models` answers it. */
export class ModelsDocument {
  /** The models. */
  @ApiProperty({
    description: "Models in OpenRouter's form: `{id, name, context_length, pricing: {prompt, completion, ...}, ...}`.",
    type: 'array',
    items: { type: 'object' },
    example: [MODEL],
  })
  @IsArray()
  @ArrayMaxSize(MODELS_MAX, { message: `data must have at most ${MODELS_MAX} models` })
  data!: unknown[];
}

/** A model that was not taken in, and why. */
export class HeldBackView {
  @ApiProperty({ description: 'The model.', type: 'string', example: 'openrouter/auto' })
  model!: string;

  @ApiProperty({ description: 'Why its price was not taken.', type: 'string' })
  reason!: string;
}

/** What became of a list of prices. */
export class PriceImportView {
  @ApiProperty({ description: 'Models in the list.', type: 'integer' })
  models!: number;

  @ApiProperty({ description: 'Models of the list that are free.', type: 'integer' })
  free!: number;

  @ApiProperty({ description: 'Models that had no price before.', type: 'integer' })
  added!: number;

  @ApiProperty({ description: 'Models whose price changed.', type: 'integer' })
  changed!: number;

  @ApiProperty({ description: 'Models whose price is the one in effect.', type: 'integer' })
  unchanged!: number;

  @ApiProperty({ description: 'Models whose price an admin set: it stays.', type: 'integer' })
  kept!: number;

  @ApiProperty({ description: 'Models that were not taken, and why.', type: [HeldBackView] })
  held_back!: HeldBackView[];
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
