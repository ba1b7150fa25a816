import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { withRouteConfig } from '../bodies/bodies.js';
import { ERRORS_EXTENSION } from './openai-error.js';
import { ProblemParticulars } from '../openapi/openapi-models.js';
import { type Problem, withParticulars } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Errors of the route have Anthropic's format. */
    speaks_anthropic?: boolean;
  }
}

/** Anthropic's error types by status. */
const TYPES: Record<number, string> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
};
const UNDER_MESSAGES = /^\/(api\/)?v1\/messages(?=[/?]|$)/;

/** The fields of every error in Anthropic's format. */
class AnthropicErrorBasics {
  @ApiProperty({ description: "Anthropic's kind of error.", type: 'string', example: 'billing_error' })
  type!: string;

  @ApiProperty({ description: 'Human-readable message.', type: 'string' })
  message!: string;

  @ApiProperty({ description: 'Stable, machine-readable error code.', type: 'string' })
  code!: string;

  @ApiPropertyOptional({ description: 'The invalid parameter.', type: 'string', example: 'model' })
  param?: string;
}

/** Details of an error in Anthropic's format. */
export class AnthropicErrorDetails extends IntersectionType(AnthropicErrorBasics, ProblemParticulars) {}

/** An error in Anthropic's format. */
export class AnthropicError {
  @ApiProperty({ description: 'Always `error`.', type: 'string', enum: ['error'] })
  type!: 'error';

  @ApiProperty({ description: 'Details of the error.', type: () => AnthropicErrorDetails })
  error!: AnthropicErrorDetails;

  @ApiProperty({ description: 'X-Request-Id of the request, as in the logs.', type: 'string' })
  request_id!: string;
}

/** Sends every error of the route in Anthropic's format, regardless of where it was raised. */
export function AnthropicErrors(): MethodDecorator {
  return applyDecorators(
    withRouteConfig({ speaks_anthropic: true }),
    ApiExtension(ERRORS_EXTENSION, 'anthropic'),
    ApiExtraModels(AnthropicError),
  );
}

/**
 * Returns whether errors of a request use Anthropic's format: on its routes, and on unknown paths that its clients
 * call.
 */
export const usesAnthropicErrors = ({ routeOptions, originalUrl }: FastifyRequest): boolean =>
  routeOptions.config.speaks_anthropic === true || UNDER_MESSAGES.test(originalUrl);

/** Converts a problem to Anthropic's format; its extra fields become members of the error. */
export function anthropicError({ status, code, detail, extra }: Problem, request_id: string): AnthropicError {
  const type = TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return { type: 'error', error: withParticulars({ type, message: detail, code }, extra), request_id };
}
