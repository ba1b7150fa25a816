import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { withRouteConfig } from './bodies.js';
import { ERRORS_EXTENSION } from './openai-error.js';
import { ProblemParticulars } from './openapi-models.js';
import { type Problem, withParticulars } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Errors of the route are told as Anthropic tells them. */
    speaks_anthropic?: boolean;
  }
}

/** What Anthropic calls a kind of error. */
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

/** What every error says, as Anthropic tells it. */
class AnthropicErrorBasics {
  @ApiProperty({ description: "Anthropic's kind of error.", type: 'string', example: 'billing_error' })
  type!: string;

  @ApiProperty({ description: 'A sentence for a person.', type: 'string' })
  message!: string;

  @ApiProperty({ description: 'Stable name of the problem, for programs.', type: 'string' })
  code!: string;

  @ApiPropertyOptional({ description: 'Which parameter is wrong.', type: 'string', example: 'model' })
  param?: string;
}

/** What went wrong, as Anthropic tells it. */
export class AnthropicErrorDetails extends IntersectionType(AnthropicErrorBasics, ProblemParticulars) {}

/** An error in Anthropic's shape. */
export class AnthropicError {
  @ApiProperty({ description: 'Always `error`.', type: 'string', enum: ['error'] })
  type!: 'error';

  @ApiProperty({ description: 'What went wrong.', type: () => AnthropicErrorDetails })
  error!: AnthropicErrorDetails;

  @ApiProperty({ description: 'X-Request-Id of the call, as in the logs.', type: 'string' })
  request_id!: string;
}

/** Every error of the route, whoever finds it, is told as clients of Anthropic read and show it. */
export function SpeaksAnthropic(): MethodDecorator {
  return applyDecorators(
    withRouteConfig({ speaks_anthropic: true }),
    ApiExtension(ERRORS_EXTENSION, 'anthropic'),
    ApiExtraModels(AnthropicError),
  );
}

/** Whether errors of a request are told as Anthropic tells them: on its routes, and where its clients look for others. */
export const speaksAnthropic = ({ routeOptions, originalUrl }: FastifyRequest): boolean =>
  routeOptions.config.speaks_anthropic === true || UNDER_MESSAGES.test(originalUrl);

/** A problem in Anthropic's shape; its particulars are members of the error. */
export function anthropicError({ status, code, detail, extra }: Problem, request_id: string): AnthropicError {
  const type = TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return { type: 'error', error: withParticulars({ type, message: detail, code }, extra), request_id };
}
