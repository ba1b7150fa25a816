import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsEnum, IsOptional } from 'class-validator';
import { webhook_endpoint_status } from '../../generated/prisma/enums.js';
import { WebhookEndpointRow } from '../../generated/rows.js';
import { Changes } from '../../platform/http/bodies/changes.js';
import { IsMetadata, IsTimestamp, IsWholeNumber } from '../../platform/values/wire-decorators.js';
import { HEADERS_MAX, type RequestHeaders } from './request-headers.js';

const GRACE_DEFAULT_S = 86_400;
const GRACE_MAX_S = 2_592_000;

class EndpointTarget extends PickType(WebhookEndpointRow, ['url'] as const) {
  @ApiProperty({
    description: 'Types of events to send: a type such as `credits.low`, a prefix and `*` such as `credits.*`, or `*`.',
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 64 },
    minItems: 1,
    maxItems: 50,
    uniqueItems: true,
    example: ['credits.*', 'payment.succeeded'],
  })
  @ArrayMinSize(1)
  @ArrayUnique()
  events!: string[];
}

class EndpointOptions extends PartialType(PickType(WebhookEndpointRow, ['description', 'user_ids'] as const), {
  skipNullProperties: false,
}) {
  @ApiPropertyOptional({
    description: `Headers to send in addition, for example for a gateway in front of the receiver; at most ${HEADERS_MAX}. They are stored encrypted and never shown.`,
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'x-gateway-key': 'a-secret' },
  })
  @IsOptional()
  @IsMetadata()
  headers?: RequestHeaders;
}

/** An endpoint to create. */
export class WebhookEndpointBody extends IntersectionType(EndpointTarget, EndpointOptions) {}

/** Changes to an endpoint; what is left out stays. */
export class WebhookEndpointChanges extends IntersectionType(Changes(EndpointTarget), EndpointOptions) {
  @ApiPropertyOptional({
    description:
      'Whether events are sent. Events that occur while the endpoint is disabled are only sent by `recover`.',
    enum: webhook_endpoint_status,
    enumName: 'webhook_endpoint_status',
  })
  @IsOptional()
  @IsEnum(webhook_endpoint_status)
  status?: webhook_endpoint_status;
}

/** How a secret is replaced. */
export class SecretRotationBody {
  @ApiPropertyOptional({
    description: 'Seconds for which deliveries are signed with the old secret as well.',
    type: 'integer',
    minimum: 0,
    maximum: GRACE_MAX_S,
    default: GRACE_DEFAULT_S,
  })
  @IsWholeNumber({ min: 0, max: GRACE_MAX_S })
  grace_seconds: number = GRACE_DEFAULT_S;
}

/** From when events are sent again. */
export class WebhookRecoveryBody {
  @ApiProperty({
    description: 'Events since this time that were not delivered are sent. Events are kept for 30 days.',
    type: 'string',
    format: 'date-time',
    example: '2027-01-31T09:30:00Z',
  })
  @IsTimestamp()
  since!: Date;
}

/** An endpoint, without its secrets. */
export class WebhookEndpointView extends OmitType(WebhookEndpointRow, [
  'encrypted_headers',
  'encrypted_secret',
  'encrypted_previous_secret',
  'failing_reported_at',
] as const) {
  @ApiProperty({ description: 'Deliveries that wait to be sent.', type: 'integer', minimum: 0, example: 0 })
  pending!: number;
}

/** An endpoint with a secret that was just generated. */
export class NewWebhookEndpointView extends WebhookEndpointView {
  @ApiProperty({
    description: 'The secret that deliveries are signed with. It is shown only here.',
    type: 'string',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  })
  secret!: string;
}
