import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MethodNotAllowed, RateLimited } from '../../errors.js';
import { anthropicError, usesAnthropicErrors } from './anthropic-error.js';
import { openAiError, retryHelps, usesOpenAiErrors } from './openai-error.js';
import { rateLimitHeaders } from '../rate-limits.js';
import { problemDocument, problemOf, type Problem } from './problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Code of the problem in the response. */
    problem_code?: string;
  }
}

const CONTENT_TYPE = 'application/problem+json';
const log = new Logger('http');

/**
 * Converts all errors, from controllers, guards, pipes, hooks and body parsing, to responses in RFC 9457 or, depending
 * on the route, in the OpenAI or Anthropic format.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Sends the problem document of `error`. Also used by Fastify's hook for errors before routing. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error);
  if (problem.is_fault) logFault(error, problem);
  request.problem_code = problem.code;
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy(); // part of the response has been sent: the only way to signal the error is to close the connection
    return;
  }
  const { retry_after_s } = problem.extra;
  if (retry_after_s !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(retry_after_s))));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (error instanceof RateLimited) reply.headers(rateLimitHeaders(error.limit, 0));
  if (error instanceof MethodNotAllowed) reply.header('allow', error.allowed.join(', '));
  const helps = retryHelps(problem);
  const foreign = inProviderFormat(request, problem);
  if (foreign && helps !== null) reply.header('x-should-retry', String(helps));
  reply
    .code(problem.status)
    .header('x-request-id', request.id)
    .header('content-type', foreign ? 'application/json; charset=utf-8' : CONTENT_TYPE)
    .send(JSON.stringify(foreign ?? problemDocument(problem, pathOf(request.originalUrl), request.id)));
}

/** Returns the problem in the provider's format; null if the route uses RFC 9457. */
function inProviderFormat(request: FastifyRequest, problem: Problem): object | null {
  if (usesAnthropicErrors(request)) return anthropicError(problem, request.id);
  return usesOpenAiErrors(request) ? openAiError(problem, request.id) : null;
}

/** Responds on the raw socket to an invalid HTTP request. For Fastify's `clientErrorHandler`. */
export function refuseSocket(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const request_id = randomUUID();
  const problem = problemOf(Object.assign(new Error('client error'), { statusCode: status }));
  const body = JSON.stringify(problemDocument(problem, '', request_id));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      `Content-Type: ${CONTENT_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${request_id}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}

function logFault(error: unknown, problem: Problem): void {
  if (problem.status >= 500 && problem.status !== 503) log.error(error);
  else log.warn(error);
}
