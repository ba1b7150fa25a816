import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsObject, ValidateIf } from 'class-validator';
import { QueryBoolean } from '../../platform/http/page.js';
import { HELD_BACK_CODES, type HeldBackCode, KEY_USES, type KeyUse, type ListSource } from './price-list.js';

export const MODELS_MAX = 10_000;
const FORMATS: readonly ListSource[] = ['openrouter', 'litellm'];

/** As OpenRouter lists a model: prices in USD for one token. */
const OPENROUTER_MODEL = {
  ...{ id: 'acme/writer-1', name: 'Acme: Writer 1', context_length: 32768 },
  pricing: { prompt: '0.0000002', completion: '0.0000008' },
};

/** How a list of prices is taken in. */
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
      "Models in OpenRouter's form: `{id, name, context_length, pricing: {prompt, completion, ...}, ...}`. Either this or `litellm`.",
    type: 'array',
    items: { type: 'object' },
    example: [OPENROUTER_MODEL],
  })
  @ValidateIf(({ data, litellm }: ModelsDocument) => data !== undefined || litellm === undefined)
  @IsArray({ message: 'data must be a list of models, or litellm must be given' })
  @ArrayMaxSize(MODELS_MAX, { message: `data must have at most ${MODELS_MAX} models` })
  data?: unknown[];

  @ApiPropertyOptional({
    description:
      "LiteLLM's file of prices, `model_prices_and_context_window.json`: `{model: {litellm_provider, mode, input_cost_per_token, ...}}`, with at most 10000 models. Either this or `data`.",
    type: 'object',
    additionalProperties: true,
  })
  @ValidateIf(({ litellm }: ModelsDocument) => litellm !== undefined)
  @IsObject()
  litellm?: Record<string, unknown>;
}

/** A model that was not taken in, and why. */
export class HeldBackView {
  @ApiProperty({ description: 'The model.', type: 'string', example: 'openrouter/auto' })
  model!: string;

  @ApiProperty({ description: 'Kind of reason.', enum: HELD_BACK_CODES, enumName: 'held_back_code' })
  code!: HeldBackCode;

  @ApiProperty({ description: 'Why its price was not taken.', type: 'string' })
  reason!: string;
}

/** How many models were held back for one kind of reason. */
export class HeldBackCountView {
  @ApiProperty({ description: 'Kind of reason.', enum: HELD_BACK_CODES, enumName: 'held_back_code' })
  code!: HeldBackCode;

  @ApiProperty({ description: 'Models that were held back for it.', type: 'integer' })
  models!: number;
}

/** A model that was taken in without some of its prices. */
export class PartlyReadView {
  @ApiProperty({ description: 'The model.', type: 'string' })
  model!: string;

  @ApiProperty({ description: 'Keys whose price was not read.', type: 'string', isArray: true })
  keys!: string[];
}

/** What became of a key of the list. */
export class ListKeyView {
  @ApiProperty({ description: 'The key.', type: 'string', example: 'input_cost_per_token' })
  key!: string;

  @ApiProperty({
    description:
      '`price`: a price was read from it; `no_price`: it holds none; `unread`: it holds one that the catalogue has no place for, or that makes no sense.',
    enum: KEY_USES,
    enumName: 'list_key_use',
  })
  use!: KeyUse;

  @ApiProperty({ description: 'Models that have it.', type: 'integer' })
  models!: number;
}

/** What became of a list of prices. */
export class PriceImportView {
  @ApiProperty({ description: 'Whose form the list has.', enum: FORMATS, enumName: 'price_list_format' })
  format!: ListSource;

  @ApiProperty({ description: 'Models in the list.', type: 'integer' })
  models!: number;

  @ApiProperty({ description: 'Models whose prices were all read.', type: 'integer' })
  fully_read!: number;

  @ApiProperty({ description: 'Models of whose prices some were not read.', type: 'integer' })
  partly_read!: number;

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

  @ApiProperty({
    description: "Models whose price comes from OpenRouter's list, which goes before LiteLLM's file: it stays.",
    type: 'integer',
  })
  kept_from_list!: number;

  @ApiProperty({ description: 'Models that were not taken, by kind of reason.', type: [HeldBackCountView] })
  held_back_by_code!: HeldBackCountView[];

  @ApiProperty({ description: 'Models that were not taken, and why.', type: [HeldBackView] })
  held_back!: HeldBackView[];

  @ApiProperty({ description: 'Models that were taken without some of their prices.', type: [PartlyReadView] })
  partly!: PartlyReadView[];

  @ApiProperty({
    description: 'Every key of the list, those that were not read first, then the most frequent.',
    type: [ListKeyView],
  })
  keys!: ListKeyView[];
}
