import { Logger, type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { InvalidInput } from '../../errors.js';
import { WorkErrorParticulars } from '../openapi/openapi-models.js';
import { problemOf, withParticulars } from '../problems/problem.js';

/** Maximum number of records of a batch. */
export const RECORDS_MAX = 1000;
/** Maximum size of a batch, in bytes. */
export const RECORDS_MAX_BYTES = 8 * 1024 * 1024;

const UNAVAILABLE = 503;
const log = new Logger('batch');

/** The place of a record in its batch. */
export class RecordIndex {
  @ApiProperty({ description: 'Index of the record, from 0.', type: 'integer', example: 0 })
  index!: number;
}

/** The error of a record, if it has one, with the fields that the error of a single request has. */
export class RecordError extends WorkErrorParticulars {
  @ApiPropertyOptional({ description: 'Human-readable error message.', example: 'service: must be a string' })
  error?: string;

  @ApiPropertyOptional({ description: 'Machine-readable error code.', example: 'invalid_request' })
  code?: string;
}

/** OpenAPI schema of a list of records. */
export const listDoc = (record: Type) => ({
  type: 'array' as const,
  maxItems: RECORDS_MAX,
  items: { $ref: getSchemaPath(record) },
});

/** OpenAPI schema of a batch: the list of records, or an object with the list under `records`. */
export const batchDoc = (record: Type) => ({
  oneOf: [listDoc(record), { type: 'object' as const, properties: { records: listDoc(record) } }],
});

/**
 * Returns the records of a batch: the body is the list, or an object with the list under `name`.
 * @throws InvalidInput when it is neither, or too long
 */
export function recordsOf(body: unknown, name = 'records'): unknown[] {
  const list: unknown = Array.isArray(body) ? body : (body as Record<string, unknown> | null | undefined)?.[name];
  if (!Array.isArray(list)) throw new InvalidInput([{ field: name, message: 'must be an array of records' }]);
  if (list.length > RECORDS_MAX) {
    throw new InvalidInput([{ field: name, message: `must have at most ${RECORDS_MAX} records` }]);
  }
  return list as unknown[];
}

/**
 * Throws the error when no record was accepted because the service is overloaded or its database is unreachable. The
 * caller must then repeat the whole batch, which does nothing twice.
 */
export function throwIfNoneAccepted(ends: readonly unknown[]): void {
  if (ends.every((end) => end instanceof Error)) throwIfUnavailable(ends);
}

/** Throws the error of the first record that failed only temporarily. */
export function throwIfUnavailable(ends: readonly unknown[]): void {
  const passing = ends.find((end) => end instanceof Error && problemOf(end).status === UNAVAILABLE);
  if (passing) throw passing as Error;
}

/** Returns the error of a record that failed. Internal errors are logged, because the caller sees no details. */
export function recordError(error: Error): RecordError {
  const { code, detail, extra, is_fault } = problemOf(error);
  if (is_fault) log.error('a record failed', error.stack);
  return withParticulars({ error: detail, code }, extra);
}
