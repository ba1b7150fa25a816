import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsObject, ValidateIf } from 'class-validator';
import { QueryBoolean } from '../../platform/http/page.js';
import { HELD_BACK_CODES, type HeldBackCode, KEY_USES, type KeyUse, type ListSource } from './price-list.js';

export const MODELS_MAX = 10_000;
const FORMATS: readonly ListSource[] = ['openrouter', 'litellm'];

/** A model in OpenRouter's format: prices in USD per token. */
const OPENROUTER_MODEL = {
  id: 'acme/writer-1',
  name: 'Acme: Writer 1',
  context_length: 32768,
  pricing: { prompt: '0.0000002', completion: '0.0000008' },
};

/** Options of an import. */
export class ImportQuery {
  @ApiPropertyOptional({ description: 'true: only report what would change.', type: 'boolean', default: false })
  @QueryBoolean()
  @IsBoolean()
  dry_run: boolean = false;
}

/** A list of prices: either OpenRouter's or LiteLLM's. */
export class ModelsDocument {
  @ApiPropertyOptional({
    description:
      "Models in OpenRouter's format: `{id, name, context_length, pricing: {prompt, completion, ...}, ...}`. Send either this or `litellm`.",
    type: 'array',
    items: { type: 'object' },
    example: [OPENROUTER_MODEL],
  })
  @ValidateIf(({ data, litellm }: ModelsDocument) => data !== undefined || litellm === undefined)
  @IsArray({ message: 'data must be a list of models unless litellm is sent' })
  @ArrayMaxSize(MODELS_MAX, { message: `data must have at most ${MODELS_MAX} models` })
  data?: unknown[];

  @ApiPropertyOptional({
    description:
      "LiteLLM's price file, `model_prices_and_context_window.json`: `{model: {litellm_provider, mode, input_cost_per_token, ...}}`, with at most 10000 models. Send either this or `data`.",
    type: 'object',
    additionalProperties: true,
  })
  @ValidateIf(({ litellm }: ModelsDocument) => litellm !== undefined)
  @IsObject()
  litellm?: Record<string, unknown>;
}

/** A model that was held back, and why. */
export class HeldBackView {
  @ApiProperty({ description: 'The model.', type: 'string', example: 'openrouter/auto' })
  model!: string;

  @ApiProperty({ description: 'Reason code.', enum: HELD_BACK_CODES, enumName: 'held_back_code' })
  code!: HeldBackCode;

  @ApiProperty({ description: 'Why its price was held back.', type: 'string' })
  reason!: string;
}

/** The number of models held back for one reason. */
export class HeldBackCountView {
  @ApiProperty({ description: 'Reason code.', enum: HELD_BACK_CODES, enumName: 'held_back_code' })
  code!: HeldBackCode;

  @ApiProperty({ description: 'Number of models held back for this reason.', type: 'integer' })
  models!: number;
}

/** A model that was imported without some of its prices. */
export class PartlyReadView {
  @ApiProperty({ description: 'The model.', type: 'string' })
  model!: string;

  @ApiProperty({ description: 'Keys whose price was not read.', type: 'string', isArray: true })
  keys!: string[];
}

/** How a key of the list was used. */
export class ListKeyView {
  @ApiProperty({ description: 'The key.', type: 'string', example: 'input_cost_per_token' })
  key!: string;

  @ApiProperty({
    description:
      '`price`: a price was read from it; `no_price`: it contains none; `unread`: it contains a price that the catalogue cannot express or that is invalid.',
    enum: KEY_USES,
    enumName: 'list_key_use',
  })
  use!: KeyUse;

  @ApiProperty({ description: 'Number of models with this key.', type: 'integer' })
  models!: number;
}

/** The report of an import. */
export class PriceImportView {
  @ApiProperty({ description: 'Format of the list.', enum: FORMATS, enumName: 'price_list_format' })
  format!: ListSource;

  @ApiProperty({ description: 'Number of models in the list.', type: 'integer' })
  models!: number;

  @ApiProperty({ description: 'Number of models whose prices were all read.', type: 'integer' })
  fully_read!: number;

  @ApiProperty({ description: 'Number of models with some unread prices.', type: 'integer' })
  partly_read!: number;

  @ApiProperty({ description: 'Number of free models in the list.', type: 'integer' })
  free!: number;

  @ApiProperty({ description: 'Number of models that had no price before.', type: 'integer' })
  added!: number;

  @ApiProperty({ description: 'Number of models whose price changed.', type: 'integer' })
  changed!: number;

  @ApiProperty({ description: 'Number of models whose price did not change.', type: 'integer' })
  unchanged!: number;

  @ApiProperty({ description: 'Number of models whose price an admin set; it stays.', type: 'integer' })
  kept!: number;

  @ApiProperty({
    description:
      "Number of models whose price from OpenRouter's list stays, because it takes precedence over LiteLLM's file.",
    type: 'integer',
  })
  kept_from_list!: number;

  @ApiProperty({ description: 'Number of models held back, by reason.', type: [HeldBackCountView] })
  held_back_by_code!: HeldBackCountView[];

  @ApiProperty({ description: 'Models held back, and why.', type: [HeldBackView] })
  held_back!: HeldBackView[];

  @ApiProperty({ description: 'Models imported without some of their prices.', type: [PartlyReadView] })
  partly!: PartlyReadView[];

  @ApiProperty({
    description: 'Every key of the list: unread ones first, then by frequency.',
    type: [ListKeyView],
  })
  keys!: ListKeyView[];
}
