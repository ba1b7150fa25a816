import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, IntersectionType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { UserCreditsRow, WelcomeStepRow } from '../generated/rows.js';
import { Changes } from '../platform/http/bodies/changes.js';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Requires, Returns } from '../platform/http/decorators.js';
import { IsText } from '../platform/values/wire-decorators.js';
import { ProvisioningService, type ProvisioningState } from './provisioning.service.js';

/** A newly registered user. */
class RegisterBody extends IntersectionType(
  PickType(UserCreditsRow, ['user_id'] as const),
  Changes(PickType(WelcomeStepRow, ['source'] as const)),
) {
  @ApiPropertyOptional({
    description: 'E-mail address of the user, for notifications. If it is not verified, a link to confirm it is sent.',
    type: 'string',
    maxLength: 254,
    example: 'ann@example.com',
  })
  @IsOptional()
  @IsText({ max_length: 254 })
  email?: string;

  @ApiPropertyOptional({
    description: "Whether the platform knows that the address is the user's.",
    type: 'boolean',
    default: false,
  })
  @IsBoolean()
  email_verified: boolean = false;

  @ApiPropertyOptional({
    description: 'Name of an organization to open with the account; the user becomes its owner.',
    type: 'string',
    minLength: 1,
    maxLength: 200,
    example: 'Acme',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 200 })
  organization?: string;

  @ApiPropertyOptional({
    description: 'Code of the user who invited the new one. A code that cannot be redeemed changes nothing.',
    type: 'string',
    maxLength: 50,
    example: 'K7MWXQ3HTB',
  })
  @IsOptional()
  @IsText({ max_length: 50 })
  referral_code?: string;
}

/** The state of a registration. */
class RegistrationView extends PickType(UserCreditsRow, ['user_id'] as const) {
  @ApiProperty({
    description: '`ready`: the account exists; `pending`: it will be opened on first use.',
    enum: ['ready', 'pending'],
    example: 'ready',
  })
  state!: ProvisioningState;

  @ApiPropertyOptional({
    description: 'Organization that was opened; null if it could not be opened now: repeat the call.',
    type: 'string',
    nullable: true,
  })
  organization_id?: string | null;
}

/** Routes with which the platform registers users. */
@ApiTags('Machine to machine')
@Controller('provisioning')
export class ProvisioningController {
  constructor(private readonly provisioning: ProvisioningService) {}

  @Post('register')
  @ApiOperation({
    summary: 'Register a user',
    description:
      'Opens the account, and with `organization` an organization in the same transaction. Safe to repeat. Never fails a registration: an account that cannot be opened now is opened on first use.',
  })
  @Requires('provisioning', 'service', 'admin')
  @Returns(RegistrationView, { status: 202, even_unready: true })
  async registerUser(@CurrentActor() actor: Actor, @Body() body: RegisterBody) {
    const { user_id, email, email_verified, ...particulars } = body;
    const registration = await this.provisioning.register(actor, user_id, particulars);
    if (email !== undefined) await this.provisioning.address(actor, { user_id, email, email_verified });
    return { user_id, ...registration };
  }
}
