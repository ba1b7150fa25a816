import { applyDecorators } from '@nestjs/common';
import { Problem, Requires, Returns } from '../platform/http/decorators.js';
import { OpenRouterAccountView, OpenRouterBalanceView, OpenRouterDeletedView } from './openrouter.dto.js';

/** Access, response and errors of a route that stores a user's key. */
export const StoresKey = (): MethodDecorator =>
  applyDecorators(
    Requires('keys:manage', 'user', 'service', 'admin'),
    Returns(OpenRouterAccountView, { status: 201 }),
    Problem(422, 'invalid_request', 'openrouter_key_refused', 'openrouter_key_unusable'),
    Problem(429, 'rate_limited'),
    Problem(503, 'openrouter_unavailable', 'encryption_not_configured'),
  );

/** Access, response and errors of a route that refreshes the spending limit of a user's key. */
export const RefreshesLimit = (): MethodDecorator =>
  applyDecorators(
    Requires('keys:manage', 'user', 'service', 'admin'),
    Returns(OpenRouterBalanceView),
    Problem(404, 'not_found'),
    Problem(422, 'openrouter_key_refused'),
    Problem(503, 'openrouter_unavailable'),
  );

/** Access, response and errors of a route that deletes a user's key. */
export const DeletesKey = (): MethodDecorator =>
  applyDecorators(
    Requires('keys:manage', 'user', 'service', 'admin'),
    Returns(OpenRouterDeletedView),
    Problem(404, 'not_found'),
  );
