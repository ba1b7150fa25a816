import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { AccountQuery } from '../credits/credits.dto.js';
import { ModelPriceRow } from '../generated/rows.js';
import { QueryBoolean, QueryInteger } from '../platform/http/page.js';
import { IsText, IsWholeNumber } from '../platform/wire-decorators.js';
import { PRICE_CLASSES, type PriceClass } from '../pricing/markup.js';
import { PRICE_COLUMNS } from '../pricing/price.js';
import { ModelPriceView, PriceOverrideView } from '../pricing/pricing.dto.js';

const MODELS_MAX = 10_000;

/** USD for a million tokens, or for one thing. */
export class ModelPricesView extends PickType(ModelPriceRow, PRICE_COLUMNS) {
  /** Prices that count under conditions. */
  @ApiProperty({
    description: 'Prices that count under conditions; of those that apply, a later one counts before an earlier one.',
    type: [PriceOverrideView],
  })
  overrides!: PriceOverrideView[];
}

/** A model that calls can name, and what it costs. */
export class GatewayModelView extends PickType(ModelPriceView, [
  'model',
  'name',
  'context_length',
  'max_output_tokens',
  'is_free',
  'class',
  'markup_rate',
] as const) {
  /** Whether the plan of the user allows calls to name it. */
  @ApiProperty({
    description:
      'Whether the plan of the user allows calls to name it. True for services and admins that name no user.',
    type: 'boolean',
  })
  is_allowed!: boolean;

  /** What the provider charges. */
  @ApiProperty({ description: 'What the provider charges, USD.', type: () => ModelPricesView })
  list_prices!: ModelPricesView;

  /** What is charged here. */
  @ApiProperty({
    description: 'What is charged here, credits: list price and markup. A rule of the tier may change the markup.',
    type: () => ModelPricesView,
  })
  platform_prices!: ModelPricesView;
}

/** Query of the catalogue. Clients expect all of it, therefore it has no pages unless they are asked for. */
export class GatewayModelsQuery extends AccountQuery {
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

  /** Most models of the answer. */
  @ApiPropertyOptional({ description: 'Most models of the answer.', type: 'integer', minimum: 1, default: MODELS_MAX })
  @QueryInteger()
  @IsWholeNumber({ min: 1, max: MODELS_MAX })
  limit: number = MODELS_MAX;

  /** Models to skip. */
  @ApiPropertyOptional({ description: 'Models to skip.', type: 'integer', minimum: 0, default: 0 })
  @QueryInteger()
  @IsWholeNumber({ min: 0, max: MODELS_MAX })
  offset: number = 0;
}

/** A model as OpenAI lists it. */
export class OpenAiModelView {
  @ApiProperty({ description: 'What calls name it.', type: 'string', example: 'openai/gpt-4o-mini' })
  id!: string;

  @ApiProperty({ description: 'Always `model`.', type: 'string', enum: ['model'] })
  object!: 'model';

  @ApiProperty({ description: 'When its first price was entered, seconds since 1970.', type: 'integer' })
  created!: number;

  @ApiProperty({ description: 'Who offers it.', type: 'string', example: 'openai' })
  owned_by!: string;

  @ApiProperty({ description: 'Name shown to people.', type: 'string', nullable: true })
  name!: string | null;

  @ApiProperty({ description: 'Most tokens of prompt and answer together.', type: 'integer', nullable: true })
  context_length!: number | null;
}

/** The models as OpenAI lists them. */
export class OpenAiModelsView {
  @ApiProperty({ description: 'Always `list`.', type: 'string', enum: ['list'] })
  object!: 'list';

  @ApiProperty({ description: 'The models.', type: [OpenAiModelView] })
  data!: OpenAiModelView[];
}
