import { ApiProperty, PickType } from '@nestjs/swagger';
import { ContactRow } from '../generated/rows.js';
import { IsText } from '../platform/values/wire-decorators.js';

const EMAIL_MAX_CHARACTERS = 254;
const TOKEN_MAX_CHARACTERS = 1_500;

/** How a person is reached. */
export class ContactView extends PickType(ContactRow, [
  'email',
  'source',
  'verified_at',
  'pending_email',
  'pending_expires_at',
] as const) {}

/** A new address. */
export class ContactBody {
  @ApiProperty({
    description: 'E-mail address. A link is sent to it.',
    type: 'string',
    maxLength: EMAIL_MAX_CHARACTERS,
    example: 'ann@example.com',
  })
  @IsText({ min_length: 3, max_length: EMAIL_MAX_CHARACTERS })
  email!: string;
}

/** The token of a link. */
export class ConfirmationBody {
  @ApiProperty({
    description: 'What follows `#token=` in the link.',
    type: 'string',
    maxLength: TOKEN_MAX_CHARACTERS,
    example: 'b8Fz0Kq3vT5yR1nWc7uXe9aLm2pD4sGh',
  })
  @IsText({ min_length: 1, max_length: TOKEN_MAX_CHARACTERS })
  token!: string;
}
