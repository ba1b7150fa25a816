import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyContextConfig, RouteOptions } from 'fastify';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { OpenAPIObject } from '@nestjs/swagger';
import { SCOPE_NAMES } from '../../../src/platform/scopes.js';
import { startApp, type TestApp } from '../../support/app.js';

type Access = NonNullable<FastifyContextConfig['access']>;

let t: TestApp;
let declared: Record<string, Access | undefined>;
let operations: Record<string, { roles: string[] | undefined; scope: string | undefined }>;

beforeAll(async () => {
  t = await startApp();
  declared = accessByHandler();
  const { paths } = (await t.call('/openapi.json')).body as OpenAPIObject;
  operations = Object.fromEntries(
    Object.values(paths).flatMap((item) =>
      Object.values(item as Record<string, { operationId: string; 'x-roles'?: string[]; 'x-scope'?: string }>).map(
        (operation) => [operation.operationId, { roles: operation['x-roles'], scope: operation['x-scope'] }],
      ),
    ),
  );
});
afterAll(() => t.close());

/** The access of each controller method of the running application. */
function accessByHandler(): Record<string, Access | undefined> {
  const controllers = [...t.app.get(ModulesContainer).values()].flatMap(({ controllers: all }) => [...all.values()]);
  const handlers = controllers.flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const members = Object.entries(Object.getOwnPropertyDescriptors(metatype.prototype as object));
    return members.filter(
      ([, { value }]) => typeof value === 'function' && Reflect.hasMetadata(METHOD_METADATA, value as object),
    );
  });
  return Object.fromEntries(
    handlers.map(([name, { value }]) => {
      const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, value as object) as RouteOptions['config'];
      return [name, config?.access];
    }),
  );
}

const isForCallers = (access: Access | undefined): access is Exclude<Access, string> => typeof access === 'object';

describe('every route of the application', () => {
  it('decides which roles and which scope it requires, or that it is public or signed', () => {
    const undecided = Object.entries(declared).filter(([, access]) => {
      if (!isForCallers(access)) return access === undefined;
      return access.roles.length === 0 || ![...SCOPE_NAMES, 'any scope'].includes(access.scope);
    });
    expect(undecided).toEqual([]);
    expect(Object.keys(declared).length).toBeGreaterThan(100);
  });

  it('is documented with the roles and the scope that are enforced', () => {
    const enforced = Object.entries(declared).map(([name, access]) => [
      name,
      isForCallers(access) ? { ...access, roles: [...access.roles] } : { roles: undefined, scope: undefined },
    ]);
    expect(operations).toEqual(Object.fromEntries(enforced));
  });

  it('that only administrators can call requires admin:*, and no other does', () => {
    const odd = Object.entries(declared).filter(([, access]) => {
      if (!isForCallers(access)) return false;
      return (access.scope === 'admin:*') !== (access.roles.join() === 'admin');
    });
    expect(odd).toEqual([]);
  });

  it('that writes is beyond the scopes that only read', () => {
    const reading = new Set(['balance:read', 'credits:read', 'usage:read', 'models', 'account:export']);
    const written = Object.entries(declared).filter(([name, access]) => {
      const reads = /^(get|list|check|preview|export|validate|compare)[A-Z]/.test(name);
      return isForCallers(access) && reading.has(access.scope) && !reads;
    });
    expect(written).toEqual([]);
  });
});

describe('the scopes of the routes', () => {
  it('are those of the documentation', () => {
    const names = (scope: string): string[] =>
      Object.entries(declared)
        .filter(([, access]) => isForCallers(access) && access.scope === scope)
        .map(([name]) => name)
        .sort();
    expect(names('balance:read')).toEqual([
      'checkCredits',
      'getBalance',
      'getBillingSubscription',
      'getBillingUsage',
      'listGrants',
    ]);
    expect(names('credits:read')).toEqual(['exportTransactions', 'getReceipt', 'listTransactions']);
    expect(names('usage:write')).toEqual(['trackUsage', 'trackUsageBatch', 'trackUsageEvents']);
    expect(names('charge')).toEqual(expect.arrayContaining(['createHold', 'deductCredits']));
    expect(names('coupons')).toEqual(['redeemCoupon', 'validateCoupon']);
    expect(names('account:export')).toEqual(['exportOwnAccount']);
    expect(names('provisioning')).toEqual(['registerUser']);
    expect(names('payments')).toEqual(expect.arrayContaining(['createCheckout', 'setAutoTopup', 'switchTier']));
    expect(names('keys:manage')).toEqual(expect.arrayContaining(['createOpenRouterAccount']));
  });
});
