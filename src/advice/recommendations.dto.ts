import { ApiProperty } from '@nestjs/swagger';
import { ADVICE_CURRENCIES, ADVICE_KINDS, type Advice, CAVEATS, type Caveat, CONFIDENCES } from './advice.js';

const decimal = (description: string, example: string) =>
  ({ description, type: 'string', format: 'decimal', example }) as const;

/** The past work that a recommendation is computed from. */
export class RecommendationBasisView {
  @ApiProperty({ description: 'Start of the work, inclusive.', type: 'string', format: 'date-time' })
  from!: Date;

  @ApiProperty({ description: 'End of the work, exclusive.', type: 'string', format: 'date-time' })
  to!: Date;

  @ApiProperty({ description: 'Number of requests.', type: 'integer', example: 420 })
  requests!: number;

  @ApiProperty({ description: 'Their tokens.', type: 'integer', example: 1_260_000 })
  tokens!: number;
}

/** What can make a recommendation less good than its figures. */
export class CaveatView {
  @ApiProperty({ description: 'Machine name.', enum: Object.keys(CAVEATS), enumName: 'caveat' })
  code!: Caveat;

  @ApiProperty({ description: 'In a sentence.', type: 'string', example: CAVEATS.same_tokens })
  message!: string;
}

/** A call that applies a recommendation. */
export class ApplyView {
  @ApiProperty({ description: 'Method.', enum: ['POST'] })
  method!: 'POST';

  @ApiProperty({ description: 'Path.', type: 'string', example: '/api/v1/credits/tiers/switch' })
  url!: string;

  @ApiProperty({
    description: 'JSON body.',
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { new_tier: 'starter' },
  })
  body!: Record<string, string>;
}

/** A way to save, with its arithmetic. */
export class RecommendationView {
  @ApiProperty({
    description: 'Id: the same for the same subject, whatever the figures are.',
    type: 'string',
    example: '5f0c1a9be2d47738',
  })
  id!: string;

  @ApiProperty({ description: 'Kind of recommendation.', enum: ADVICE_KINDS, enumName: 'recommendation_kind' })
  kind!: Advice['kind'];

  @ApiProperty({
    description: 'Headline.',
    type: 'string',
    example: 'openai/gpt-4o-mini would cost less than openai/gpt-4o',
  })
  title!: string;

  @ApiProperty({ description: 'The arithmetic in sentences.', type: 'string' })
  message!: string;

  @ApiProperty({
    description: 'The figures of the sentences by name; amounts are decimals.',
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }], nullable: true },
    example: { model: 'openai/gpt-4o', other_model: 'openai/gpt-4o-mini', cost: '10.000000', other_cost: '0.600000' },
  })
  details!: Advice['details'];

  @ApiProperty({ description: 'The work it is computed from.', type: RecommendationBasisView })
  basis!: RecommendationBasisView;

  @ApiProperty({
    description: 'Currency of the costs: credits, or USD when plans are compared.',
    enum: ADVICE_CURRENCIES,
    enumName: 'recommendation_currency',
  })
  currency!: Advice['currency'];

  @ApiProperty(decimal('What the work cost.', '10.000000'))
  current_cost!: string;

  @ApiProperty(decimal('What it would have cost.', '0.600000'))
  projected_cost!: string;

  @ApiProperty(
    decimal(
      'The difference; scaled up to 30 days if the basis is shorter, because there was very much work.',
      '9.400000',
    ),
  )
  saving_monthly!: string;

  @ApiProperty({ description: 'How sure the saving is.', enum: CONFIDENCES, enumName: 'confidence' })
  confidence!: Advice['confidence'];

  @ApiProperty({ description: 'What to check first.', type: [CaveatView] })
  caveats!: CaveatView[];

  @ApiProperty({
    description: 'The call that applies it; null if it takes a change in your application.',
    type: ApplyView,
    nullable: true,
  })
  apply!: ApplyView | null;

  @ApiProperty({
    description: 'Path that hides it (POST).',
    type: 'string',
    example: '/api/v1/usage/recommendations/5f0c1a9be2d47738/dismiss',
  })
  dismiss_url!: string;
}
