import type { Type } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest, preValidationHookHandler } from 'fastify';
import { copied } from '../json-numbers.js';
import { withRouteConfig } from './bodies.js';
import type { View } from './view.js';

export type Members = Record<string, unknown>;

/** An answer in another form than the route's own. */
export interface AnswerForm {
  readonly view: View;
  /** From the result of the route; of a page, from its items. */
  readonly of: (result: unknown) => object;
}

/** What a query means today, and the form in which its answer is read; absent: the route's own. */
export interface TodaysQuery {
  readonly query: Members;
  readonly answer?: AnswerForm;
}

/** How earlier clients ask a route, beside the way in which it is asked today. */
export interface EarlierForm {
  readonly query?: (query: Members) => TodaysQuery;
  readonly body?: (body: Members) => Members;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How earlier clients ask the route. */
    earlier?: EarlierForm;
  }
  interface FastifyRequest {
    /** The form in which the answer is read, where that is not the route's own. */
    answer_form?: AnswerForm;
  }
}

/** Lets a route, of a controller that need not know, be asked as earlier clients ask; `docs` document it. */
export function askedEarlier<C extends object>(
  controller: Type<C>,
  method: keyof C & string,
  form: EarlierForm,
  ...docs: MethodDecorator[]
): void {
  const prototype = controller.prototype as object;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method);
  if (!descriptor) throw new TypeError(`${controller.name} has no ${method}`);
  for (const decorate of [withRouteConfig({ earlier: form }), ...docs]) decorate(prototype, method, descriptor);
}

/** Reads requests in their earlier form, before they are checked. Before the routes are known. */
export function registerEarlierForms(fastify: FastifyInstance): void {
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

function understand(request: FastifyRequest, { query, body }: EarlierForm): void {
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
