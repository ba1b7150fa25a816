import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { AccountQuery } from '../../credits/credits.dto.js';
import { ModelPriceRow } from '../../generated/rows.js';
import { QueryBoolean, QueryInteger } from '../../platform/http/page.js';
import { IsText, IsWholeNumber } from '../../platform/values/wire-decorators.js';
import { PRICE_CLASSES, type PriceClass } from '../../pricing/markup/markup.js';
import { PRICE_COLUMNS } from '../../pricing/prices/price.js';
import { ModelPriceView, PriceOverrideView } from '../../pricing/pricing.dto.js';

const MODELS_MAX = 10_000;

/** Prices per million tokens, or per unit. */
export class ModelPricesView extends PickType(ModelPriceRow, PRICE_COLUMNS) {
  @ApiProperty({
    description: 'Prices that apply under conditions. If several apply, the last one wins.',
    type: [PriceOverrideView],
  })
  overrides!: PriceOverrideView[];
}

/** A model that calls can use, and its prices. */
export class GatewayModelView extends PickType(ModelPriceView, [
  'model',
  'name',
  'context_length',
  'max_output_tokens',
  'is_free',
  'class',
] as const) {
  @ApiProperty({
    description: "Markup as a share of the price. Rules for the user's plan apply.",
    type: 'string',
    format: 'decimal',
    example: '0.100000',
  })
  markup_rate!: string;

  @ApiProperty({
    description: "Whether the user's plan allows this model. Always true for services and admins that name no user.",
    type: 'boolean',
  })
  is_allowed!: boolean;

  @ApiProperty({ description: 'List prices of the provider, USD.', type: () => ModelPricesView })
  list_prices!: ModelPricesView;

  @ApiProperty({
    description:
      'What Tollgate charges the user, credits: list price plus the markup of the plan. Without a user, markup rules for plans are left out.',
    type: () => ModelPricesView,
  })
  platform_prices!: ModelPricesView;
}

/** Query of the model list. Clients expect the whole list, so it is paged only on request. */
export class GatewayModelsQuery extends AccountQuery {
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

  @ApiPropertyOptional({ description: 'Maximum number of models.', type: 'integer', minimum: 1, default: MODELS_MAX })
  @QueryInteger()
  @IsWholeNumber({ min: 1, max: MODELS_MAX })
  limit: number = MODELS_MAX;

  @ApiPropertyOptional({ description: 'Number of models to skip.', type: 'integer', minimum: 0, default: 0 })
  @QueryInteger()
  @IsWholeNumber({ min: 0, max: MODELS_MAX })
  offset: number = 0;
}

/** A model in OpenAI's format. */
export class OpenAiModelView {
  @ApiProperty({ description: 'Model id to use in calls.', type: 'string', example: 'openai/gpt-4o-mini' })
  id!: string;

  @ApiProperty({ description: 'Always `model`.', type: 'string', enum: ['model'] })
  object!: 'model';

  @ApiProperty({ description: 'When its first price was recorded, Unix time in seconds.', type: 'integer' })
  created!: number;

  @ApiProperty({ description: 'Provider of the model.', type: 'string', example: 'openai' })
  owned_by!: string;

  @ApiProperty({ description: 'Display name.', type: 'string', nullable: true })
  name!: string | null;

  @ApiProperty({ description: 'Maximum number of input and output tokens together.', type: 'integer', nullable: true })
  context_length!: number | null;
}

/** A list of models in OpenAI's format. */
export class OpenAiModelsView {
  @ApiProperty({ description: 'Always `list`.', type: 'string', enum: ['list'] })
  object!: 'list';

  @ApiProperty({ description: 'The models.', type: [OpenAiModelView] })
  data!: OpenAiModelView[];
}
