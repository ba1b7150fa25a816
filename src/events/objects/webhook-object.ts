import { ApiProperty, PickType } from '@nestjs/swagger';
import { WebhookEndpointRow } from '../../generated/rows.js';

/** A webhook endpoint and how it fares. */
export class WebhookEventObject extends PickType(WebhookEndpointRow, [
  'description',
  'status',
  'failing_since',
] as const) {
  @ApiProperty({ description: 'UUIDv7 of the endpoint.', type: 'string', format: 'uuid' })
  endpoint_id!: string;

  @ApiProperty({ description: 'Host of the URL.', type: 'string', example: 'app.example.com' })
  host!: string;

  @ApiProperty({ description: 'Deliveries that wait to be sent.', type: 'integer', minimum: 0, example: 12 })
  pending!: number;
}
