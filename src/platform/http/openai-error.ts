import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiProperty, IntersectionType } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { withRouteConfig } from './bodies.js';
import { ProblemParticulars } from './openapi-models.js';
import { type Problem, withParticulars } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Errors of the route are told as OpenAI tells them. */
    speaks_openai?: boolean;
  }
}

/** Extension of an operation whose errors have the shape of a provider: `openai`, `anthropic`. It is not served. */
export const ERRORS_EXTENSION = 'x-errors';

/** What OpenAI calls a kind of error. */
const TYPES: Record<number, string> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  429: 'rate_limit_error',
};

/** What every error says, as OpenAI tells it. */
class OpenAiErrorBasics {
  @ApiProperty({ description: 'A sentence for a person.', type: 'string' })
  message!: string;

  @ApiProperty({ description: "OpenAI's kind of error.", type: 'string', example: 'insufficient_quota' })
  type!: string;

  @ApiProperty({ description: 'Which parameter is wrong; null where that is not it.', type: 'string', nullable: true })
  param!: string | null;

  @ApiProperty({ description: 'Stable name of the problem, for programs.', type: 'string' })
  code!: string;

  @ApiProperty({ description: 'X-Request-Id of the call, as in the logs.', type: 'string' })
  request_id!: string;
}

/** What went wrong, as OpenAI tells it. */
export class OpenAiErrorDetails extends IntersectionType(OpenAiErrorBasics, ProblemParticulars) {}

/** An error in OpenAI's shape. */
export class OpenAiError {
  @ApiProperty({ description: 'What went wrong.', type: () => OpenAiErrorDetails })
  error!: OpenAiErrorDetails;
}

/** Every error of the route, whoever finds it, is told as clients of OpenAI read and show it. */
export function SpeaksOpenAi(): MethodDecorator {
  return applyDecorators(
    withRouteConfig({ speaks_openai: true }),
    ApiExtension(ERRORS_EXTENSION, 'openai'),
    ApiExtraModels(OpenAiError),
  );
}

/** Whether a URL was asked for as clients of OpenAI do. */
export const isUnderV1 = (asked: string): boolean => /^\/v1(?=[/?]|$)/.test(asked);

/** Whether errors of a request are told as OpenAI tells them: on its routes, and on all that was asked for under `/v1`. */
export const speaksOpenAi = ({ routeOptions, originalUrl }: FastifyRequest): boolean =>
  routeOptions.config.speaks_openai === true || isUnderV1(originalUrl);

/** A problem in OpenAI's shape; its particulars are members of the error. */
export function openAiError({ status, code, detail, extra }: Problem, request_id: string): OpenAiError {
  const type = TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
  const standard = { message: detail, type, param: (extra['param'] as string | undefined) ?? null, code, request_id };
  return { error: withParticulars(standard, extra) };
}

const WAITING_HELPS = new Set(['credits_on_hold', 'call_in_progress']);
/** Limits of a day or longer, and the platform's own account, do not heal while a client waits. */
const WAITING_IS_IN_VAIN = new Set(['call_limit_exceeded', 'free_call_limit_exceeded', 'provider_unavailable']);
const RETRIED_BY_CLIENTS = new Set([408, 429]);

/**
 * Whether a client that repeats a call by itself should; null: as it does with this status. OpenAI's clients obey
 * `X-Should-Retry`, whatever the status.
 */
export function retryHelps({ status, code }: Pick<Problem, 'status' | 'code'>): boolean | null {
  if (WAITING_HELPS.has(code)) return true;
  if (WAITING_IS_IN_VAIN.has(code)) return false;
  return status < 500 && !RETRIED_BY_CLIENTS.has(status) ? false : null;
}
