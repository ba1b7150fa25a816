import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags, IntersectionType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsOptional, ValidateNested } from 'class-validator';
import { UserCreditsRow, WelcomeStepRow } from '../generated/rows.js';
import { Changes } from '../platform/http/bodies/changes.js';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Requires, Returns } from '../platform/http/decorators.js';
import { IsText } from '../platform/values/wire-decorators.js';
import { NewUserService } from './new-user.service.js';
import { ProvisioningService, type ProvisioningState } from './provisioning.service.js';

/** Where a registration comes from. Only keyed digests are stored, and only while gifts are checked. */
class SignalsBody {
  @ApiPropertyOptional({
    description: 'IP address of the user, as the platform saw it.',
    type: 'string',
    maxLength: 45,
    example: '93.184.216.34',
  })
  @IsOptional()
  @IsText({ max_length: 45 })
  ip?: string;

  @ApiPropertyOptional({
    description: "Id or fingerprint of the user's device, as the platform computes it.",
    type: 'string',
    maxLength: 255,
    example: 'd-7f3a91',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  device?: string;
}

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
    description: 'Where the registration comes from, for checks of gifts.',
    type: SignalsBody,
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => SignalsBody)
  signals?: SignalsBody;

  @ApiPropertyOptional({
    description:
      'Whether the platform has what it wants to know about the user; gives the credits of that step. Can be sent in a later call.',
    type: 'boolean',
    default: false,
  })
  @IsBoolean()
  profile_complete: boolean = false;

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
  constructor(
    private readonly provisioning: ProvisioningService,
    private readonly users: NewUserService,
  ) {}

  @Post('register')
  @ApiOperation({
    summary: 'Register a user',
    description:
      'Opens the account, and with `organization` an organization in the same transaction. Safe to repeat. Never fails a registration: an account that cannot be opened now is opened on first use.',
  })
  @Requires('provisioning', 'service', 'admin')
  @Returns(RegistrationView, { status: 202, even_unready: true })
  async registerUser(@CurrentActor() actor: Actor, @Body() body: RegisterBody) {
    const { user_id, ...particulars } = body;
    const registration = await this.provisioning.register(actor, user_id, particulars);
    const { email, email_verified } = body;
    if (email !== undefined && !email_verified) await this.users.askToConfirm(actor, user_id, email);
    return { user_id, ...registration };
  }
}
