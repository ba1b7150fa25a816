import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiProperty, IntersectionType } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { withRouteConfig } from '../bodies/bodies.js';
import { ProblemParticulars } from '../openapi/openapi-models.js';
import { type Problem, withParticulars } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Errors of the route have OpenAI's format. */
    speaks_openai?: boolean;
  }
}

/**
 * OpenAPI extension of operations whose errors have a provider's format: `openai`, `anthropic`. It is removed before
 * the document is served.
 */
export const ERRORS_EXTENSION = 'x-errors';

/** OpenAI's error types by status. */
const TYPES: Record<number, string> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  429: 'rate_limit_error',
};

/** The fields of every error in OpenAI's format. */
class OpenAiErrorBasics {
  @ApiProperty({ description: 'Human-readable message.', type: 'string' })
  message!: string;

  @ApiProperty({ description: "OpenAI's kind of error.", type: 'string', example: 'insufficient_quota' })
  type!: string;

  @ApiProperty({
    description: 'The invalid parameter; null if the error has another cause.',
    type: 'string',
    nullable: true,
  })
  param!: string | null;

  @ApiProperty({ description: 'Stable, machine-readable error code.', type: 'string' })
  code!: string;

  @ApiProperty({ description: 'X-Request-Id of the request, as in the logs.', type: 'string' })
  request_id!: string;
}

/** Details of an error in OpenAI's format. */
export class OpenAiErrorDetails extends IntersectionType(OpenAiErrorBasics, ProblemParticulars) {}

/** An error in OpenAI's format. */
export class OpenAiError {
  @ApiProperty({ description: 'Details of the error.', type: () => OpenAiErrorDetails })
  error!: OpenAiErrorDetails;
}

/** Sends every error of the route in OpenAI's format, regardless of where it was raised. */
export function OpenAiErrors(): MethodDecorator {
  return applyDecorators(
    withRouteConfig({ speaks_openai: true }),
    ApiExtension(ERRORS_EXTENSION, 'openai'),
    ApiExtraModels(OpenAiError),
  );
}

/** Returns whether the requested URL is under `/v1`, as OpenAI clients call it. */
export const isUnderV1 = (asked: string): boolean => /^\/v1(?=[/?]|$)/.test(asked);

/** Returns whether errors of a request use OpenAI's format: on its routes, and on all paths requested under `/v1`. */
export const usesOpenAiErrors = ({ routeOptions, originalUrl }: FastifyRequest): boolean =>
  routeOptions.config.speaks_openai === true || isUnderV1(originalUrl);

/** Converts a problem to OpenAI's format; its extra fields become members of the error. */
export function openAiError({ status, code, detail, extra }: Problem, request_id: string): OpenAiError {
  const type = TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
  const standard = { message: detail, type, param: (extra['param'] as string | undefined) ?? null, code, request_id };
  return { error: withParticulars(standard, extra) };
}

const RETRYABLE = new Set(['credits_on_hold', 'call_in_progress']);
/** Errors that do not pass while a client waits: limits of a day or longer, and problems of the platform's account. */
const NOT_RETRYABLE = new Set(['call_limit_exceeded', 'free_call_limit_exceeded', 'provider_unavailable']);
const RETRIED_BY_CLIENTS = new Set([408, 429]);

/**
 * Returns whether an automatic retry can succeed; null leaves it to the client's rule for this status. OpenAI clients
 * obey `X-Should-Retry` for any status.
 */
export function retryHelps({ status, code }: Pick<Problem, 'status' | 'code'>): boolean | null {
  if (RETRYABLE.has(code)) return true;
  if (NOT_RETRYABLE.has(code)) return false;
  return status < 500 && !RETRIED_BY_CLIENTS.has(status) ? false : null;
}
