import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags, PickType } from '@nestjs/swagger';
import { UserCreditsRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { By, Requires, Returns } from '../platform/http/decorators.js';
import { ProvisioningService, type ProvisioningState } from './provisioning.service.js';

/** A user who has registered. */
class RegisterBody extends PickType(UserCreditsRow, ['user_id'] as const) {}

/** How a registration stands. */
class RegistrationView extends PickType(UserCreditsRow, ['user_id'] as const) {
  /** `ready`: the account exists; `pending`: it is opened with the first touch. */
  @ApiProperty({
    description: '`ready`: the account exists; `pending`: it is opened with the first touch.',
    enum: ['ready', 'pending'],
    example: 'ready',
  })
  state!: ProvisioningState;
}

/** Registration of users by the platform. */
@ApiTags('Machine to machine')
@Controller('provisioning')
export class ProvisioningController {
  constructor(private readonly provisioning: ProvisioningService) {}

  @Post('register')
  @ApiOperation({
    summary: 'Open the account of a user who has registered',
    description:
      'Safe to repeat. Never fails a registration: what could not be done now is repaired by the first touch.',
  })
  @Requires('service', 'admin')
  @Returns(RegistrationView, { status: 202, even_unready: true })
  async registerUser(@By() actor: Actor, @Body() { user_id }: RegisterBody) {
    return { user_id, state: await this.provisioning.register(actor, user_id) };
  }
}
