import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader, ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors.js';
import type { Replayable } from '../replayable.js';
import { Problem, WithHeaders } from './decorators.js';

const VISIBLE = /^[\x21-\x7E]{1,255}$/;
const VISIBLE_WORDS = 'must have 1 to 255 visible ASCII characters';

/** Injects the caller's Idempotency-Key, if there is one: `deduct(@KeyHeader() key: string | undefined)`. */
export const KeyHeader = createParamDecorator((_data: unknown, context: ExecutionContext): string | undefined => {
  const given = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (given === undefined || (typeof given === 'string' && VISIBLE.test(given))) return given;
  throw new DomainError('malformed', 'invalid_idempotency_key', `Idempotency-Key ${VISIBLE_WORDS}.`);
});

/** The key of one record of a batch, with the meaning that the header has for a single request. */
export class RecordKey {
  @ApiProperty({
    description:
      'Any text unique to this record. A repeat with the same key, in this or another batch or as the `Idempotency-Key` of a single request, has no further effect and answers the recorded outcome.',
    minLength: 1,
    maxLength: 255,
    example: 'job-8f3a',
  })
  @Matches(VISIBLE, { message: VISIBLE_WORDS })
  idempotency_key!: string;
}

/** Documents that a route can safely be repeated with the same Idempotency-Key. */
export const Idempotent = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Any text unique to this request. A repeat with the same key has no further effect and answers the recorded outcome with `Idempotency-Hit: true`.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    Problem(400, 'malformed_json', 'invalid_idempotency_key'),
    Problem(409, 'idempotency_conflict'),
  );

/** Marks the response of a replayed request. */
export const answered = <T>({ result, replayed }: Replayable<T>): T | WithHeaders<T> =>
  replayed ? new WithHeaders(result, { 'Idempotency-Hit': 'true' }) : result;
