import type { Type } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest, preValidationHookHandler } from 'fastify';
import { copied } from '../values/json-numbers.js';
import { withRouteConfig } from './bodies/bodies.js';
import type { View } from './view.js';

export type Members = Record<string, unknown>;

/** A response form other than the route's own. */
export interface AnswerForm {
  readonly view: View;
  /** Converts the result of the route, or the items of a page. */
  readonly of: (result: unknown) => object;
}

/** The current form of a query, and the response form to use; the route's own by default. */
export interface CurrentQuery {
  readonly query: Members;
  readonly answer?: AnswerForm;
}

/** The form in which earlier clients call a route, in addition to the current one. */
export interface LegacyForm {
  readonly query?: (query: Members) => CurrentQuery;
  readonly body?: (body: Members) => Members;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The form in which earlier clients call the route. */
    earlier?: LegacyForm;
  }
  interface FastifyRequest {
    /** The response form, if it is not the route's own. */
    answer_form?: AnswerForm;
  }
}

/** Adds the earlier form to a route without changing its controller; `docs` document it. */
export function legacyQuery<C extends object>(
  controller: Type<C>,
  method: keyof C & string,
  form: LegacyForm,
  ...docs: MethodDecorator[]
): void {
  const prototype = controller.prototype as object;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
  if (!descriptor) throw new TypeError(`${controller.name} has no ${method}`);
  for (const decorate of [withRouteConfig({ earlier: form }), ...docs]) decorate(prototype, method, descriptor);
}

/** Converts requests in an earlier form before validation. Call it before the routes are registered. */
export function registerLegacyForms(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { earlier } = route.config ?? {};
    if (!earlier) return;
    const known = [route.preValidation ?? []].flat() as preValidationHookHandler[];
    route.preValidation = [
      ...known,
      (request, _reply, done) => {
        understand(request, earlier);
        done();
      },
    ];
  });
}

function understand(request: FastifyRequest, { query, body }: LegacyForm): void {
  if (query) {
    const todays = query(request.query as Members);
    request.query = todays.query;
    if (todays.answer) request.answer_form = todays.answer;
  }
  const sent = request.body ?? {};
  if (body && isMembers(sent)) request.body = copied(sent, body(sent));
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
