import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { IsEnum, IsOptional, IsUUID } from 'class-validator';
import { webhook_delivery_status } from '../../generated/prisma/enums.js';
import { WebhookDeliveryRow } from '../../generated/rows.js';
import { IsDayOrTimestamp } from '../../platform/http/dates.js';
import { PageQuery } from '../../platform/http/page.js';
import { IsUserId } from '../../platform/values/user-id.js';
import { IsText } from '../../platform/values/wire-decorators.js';

/** An attempt to send an event to an endpoint. */
export class WebhookAttemptView {
  @ApiProperty({ description: 'When the attempt began.', type: 'string', format: 'date-time' })
  attempted_at!: Date;

  @ApiProperty({
    description: 'HTTP status of the response; null if there was none.',
    type: 'integer',
    nullable: true,
    example: 500,
  })
  status_code!: number | null;

  @ApiProperty({ description: 'Duration, milliseconds.', type: 'integer', minimum: 0, example: 132 })
  duration_ms!: number;

  @ApiProperty({
    description: 'Why the attempt failed; null if it succeeded.',
    type: 'string',
    nullable: true,
    example: 'The endpoint responded with status 500.',
  })
  error!: string | null;

  @ApiProperty({
    description: 'Start of the response, at most 500 characters; null if there was none.',
    type: 'string',
    nullable: true,
    example: 'Internal Server Error',
  })
  response!: string | null;
}

/** What came of a test message. */
export class WebhookTestView extends WebhookAttemptView {
  @ApiProperty({ description: 'Id of the message, sent as webhook-id.', type: 'string', format: 'uuid' })
  event_id!: string;

  @ApiProperty({ description: 'Whether the endpoint accepted the message.', type: 'boolean' })
  delivered!: boolean;
}

/** A delivery. */
export class WebhookDeliveryView extends OmitType(WebhookDeliveryRow, ['attempts'] as const) {
  @ApiProperty({ description: 'The attempts, oldest first; the last 20.', type: () => [WebhookAttemptView] })
  attempts!: WebhookAttemptView[];
}

/** A delivery with what is sent. */
export class WebhookDeliveryDetailView extends WebhookDeliveryView {
  @ApiProperty({
    description: 'The body as it is sent; null if the event is no longer kept.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { type: 'credits.low', timestamp: '2027-01-31T09:30:00.000Z', data: { object: {} } },
  })
  payload!: Record<string, unknown> | null;
}

class DeliveriesFilterQuery {
  @ApiPropertyOptional({ description: 'Only deliveries to this endpoint.', type: 'string', format: 'uuid' })
  @IsOptional()
  @IsUUID()
  endpoint_id?: string;

  @ApiPropertyOptional({
    description: 'Only deliveries in this state.',
    enum: webhook_delivery_status,
    enumName: 'webhook_delivery_status',
  })
  @IsOptional()
  @IsEnum(webhook_delivery_status)
  status?: webhook_delivery_status;

  @ApiPropertyOptional({ description: 'Only events of this type.', example: 'credits.low' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  type?: string;

  @ApiPropertyOptional({ description: 'Only events about this account.', example: 'user-42' })
  @IsOptional()
  @IsUserId()
  user_id?: string;

  @ApiPropertyOptional({
    description: 'Queued from then on: a day (UTC) or a timestamp.',
    type: 'string',
    example: '2027-01-01',
  })
  @IsOptional()
  @IsDayOrTimestamp('start')
  date_from?: Date;

  @ApiPropertyOptional({
    description: 'Queued before: a timestamp (exclusive), or a day (UTC, inclusive).',
    type: 'string',
    example: '2027-01-31',
  })
  @IsOptional()
  @IsDayOrTimestamp('end')
  date_to?: Date;
}

/** Query of deliveries. */
export class WebhookDeliveriesQuery extends IntersectionType(PageQuery, DeliveriesFilterQuery) {}
