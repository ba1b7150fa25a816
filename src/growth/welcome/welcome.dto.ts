import { ApiProperty, IntersectionType, PickType } from '@nestjs/swagger';
import { WelcomeRow, WelcomeStepRow } from '../../generated/rows.js';
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
}
