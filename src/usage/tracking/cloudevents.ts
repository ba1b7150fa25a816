import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsNotIn, IsOptional, ValidateIf } from 'class-validator';
import { InvalidInput } from '../../platform/errors.js';
import { copied } from '../../platform/values/json-numbers.js';
import { checkPayload } from '../../platform/http/bodies/validation.js';
import { propertiesOf } from '../../platform/http/view.js';
import { IsMetadata, IsText, IsTimestamp } from '../../platform/values/wire-decorators.js';
import { workOfData } from './cloudevents-data.js';
import { type Report, reportOf } from './usage-report.js';
import { UserId, WorkBody } from './track.dto.js';
import { identified, RESERVED_SOURCES } from './work-identity.js';

/** The CloudEvents 1.0 attributes that are read here; extensions are ignored. */
export class CloudEvent {
  @ApiProperty({ description: 'CloudEvents version.', enum: ['1.0'] })
  @Equals('1.0', { message: 'specversion must be 1.0' })
  specversion!: string;

  @ApiProperty({ description: 'Id of the event, of any length, unique within its source.', example: 'a-17' })
  @IsText({ min_length: 1 })
  id!: string;

  @ApiProperty({
    description: `The reporting system. ${RESERVED_SOURCES.join(', ')} are reserved for other interfaces.`,
    maxLength: 255,
    example: '/speech/tts-1',
  })
  @IsText({ min_length: 1, max_length: 255 })
  @IsNotIn(RESERVED_SOURCES, {
    message: `source must not be one of ${RESERVED_SOURCES.join(', ')}, which are reserved`,
  })
  source!: string;

  @ApiProperty({ description: 'Type of the work. It is the service unless `data` has one.', example: 'tts' })
  @IsText({ min_length: 1, max_length: 255 })
  type!: string;

  @ApiProperty({ description: 'Id of the user.', maxLength: 255, example: 'user-42' })
  @IsText({ min_length: 1, max_length: 255 })
  subject!: string;

  @ApiPropertyOptional({ description: 'When the work was done.', type: 'string', format: 'date-time' })
  @ValidateIf((_event, value) => value !== undefined && value !== null)
  @IsTimestamp()
  time?: Date | null;

  @ApiPropertyOptional({
    description: [
      'The work: the tracking fields except user_id, request_id and occurred_at; other fields are ignored. As in',
      "OpenMeter's events, `tokens` can have a `type` (input or output). If no tracking field counts anything, the",
      "provider's usage fields are accepted instead.",
    ].join(' '),
    type: 'object',
    additionalProperties: true,
  })
  @IsOptional()
  @IsMetadata()
  data?: Record<string, unknown>;
}

/**
 * Converts a CloudEvent to a report: `subject` is the user, `source` and `id` name the work, `type` is the service,
 * `data` has model, pools and quantities, or a usage object, or fields in OpenMeter's format.
 * @throws InvalidInput with the event's field names
 */
export async function cloudEventReport(payload: unknown): Promise<Report> {
  const { id, source, type, subject, time, data } = await checkPayload(CloudEvent, only(CloudEvent, payload));
  const nameOf = (field: string): string => {
    if (field === 'service' && data?.['service'] === undefined) return 'type';
    return ENVELOPE[field] ?? `data.${field}`;
  };
  try {
    const { user_id } = await checkPayload(UserId, { user_id: subject });
    const stated = workOfData(data ?? {}, new Set(propertiesOf(WorkBody)));
    const work = await checkPayload(WorkBody, copied(stated, { service: type.toLowerCase(), ...stated }));
    const report = reportOf({ ...work, request_id: id, occurred_at: time }, { user_id, source }, new Date());
    return identified(report, work.usage);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidInput((error.extra.errors ?? []).map((fault) => ({ ...fault, field: nameOf(fault.field) })));
  }
}

/** The event attributes for fields of a report. */
const ENVELOPE: Record<string, string> = { user_id: 'subject', request_id: 'id', occurred_at: 'time' };

/**
 * Returns the documented properties of a payload. Anything but an object is returned as it is; validation refuses it.
 */
function only(type: Type<object>, payload: unknown): object {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return payload as object;
  const fields = new Set(propertiesOf(type));
  return Object.fromEntries(Object.entries(payload).filter(([key]) => fields.has(key)));
}
