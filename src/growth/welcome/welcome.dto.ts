import { ApiProperty, IntersectionType, PickType } from '@nestjs/swagger';
import { WelcomeRow, WelcomeStepRow } from '../../generated/rows.js';
import { NEXT_STEPS, type NextStep } from '../abuse/trial-factor.js';
import { Changes } from '../../platform/http/bodies/changes.js';

/** A step that new users of a source get credits for. */
export class WelcomeStepView extends WelcomeStepRow {}

/** A step to set. */
export class WelcomeStepBody extends IntersectionType(
  PickType(WelcomeStepRow, ['source', 'on', 'credits'] as const),
  Changes(PickType(WelcomeStepRow, ['expires_days'] as const)),
) {}

/** Names a step. */
export class WelcomeStepName extends PickType(WelcomeStepRow, ['source', 'on'] as const) {}

/** How far a user is with a step. */
export class WelcomeProgressView extends PickType(WelcomeStepRow, ['on', 'credits', 'expires_days'] as const) {
  @ApiProperty({
    description: 'open: not done yet. given: the credits were given. missed: it was not done in time.',
    enum: ['open', 'given', 'missed'],
    enumName: 'welcome_state',
  })
  state!: 'open' | 'given' | 'missed';
}

/** The welcome of a new user. */
export class WelcomeView extends PickType(WelcomeRow, ['source', 'started_at'] as const) {
  @ApiProperty({ description: 'Until when steps can be done.', type: 'string', format: 'date-time' })
  ends_at!: Date;

  @ApiProperty({ description: 'The steps.', type: [WelcomeProgressView] })
  steps!: WelcomeProgressView[];
  @ApiProperty({
    description: 'Credits of your gifts that are withheld until you have done what `next` says.',
    type: 'string',
    format: 'decimal',
    example: '4.500000',
  })
  withheld!: string;

  @ApiProperty({
    description:
      'What to do to get what is withheld. verify_address: confirm your e-mail address. pay_once: buy credits or a plan once. contact_support: ask the operator. Null if nothing is withheld.',
    enum: NEXT_STEPS,
    enumName: 'gift_next_step',
    nullable: true,
  })
  next!: NextStep | null;
}
