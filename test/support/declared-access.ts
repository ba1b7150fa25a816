import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';
import type { TestApp } from './app.js';

/** Who can call a route; undefined if its controller does not say. */
export type Access = FastifyContextConfig['access'];

/** Returns the access of every route of the running application, by the name of its controller method. */
export function declaredAccess({ app }: TestApp): Record<string, Access> {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  const routes = controllers.flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const members = Object.entries(Object.getOwnPropertyDescriptors(metatype.prototype as object));
    return members.flatMap(([name, { value }]: [string, { value?: unknown }]): [string, Access][] => {
      if (typeof value !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, value)) return [];
      const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, value) as FastifyContextConfig | undefined;
      return [[name, config?.access]];
    });
  });
  return Object.fromEntries(routes);
}
