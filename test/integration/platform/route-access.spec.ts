import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { SCOPE_NAMES } from '../../../src/platform/scopes.js';
import { startApp, type TestApp } from '../../support/app.js';
import { type Access, declaredAccess } from '../../support/declared-access.js';
import { FixtureModule } from '../../support/fixture-routes.js';

let t: TestApp;
let declared: Record<string, Access>;
let operations: Record<string, { roles: string[] | undefined; scope: string | undefined }>;

beforeAll(async () => {
  t = await startApp();
  declared = declaredAccess(t);
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

const isForCallers = (access: Access): access is Exclude<NonNullable<Access>, string> => typeof access === 'object';

describe('every route of the application', () => {
  it('decides which roles and which scope it requires, or that it is public or signed', () => {
    const undecided = Object.entries(declared).filter(([, access]) => {
      if (!isForCallers(access)) return access === undefined;
      return access.roles.length === 0 || ![...SCOPE_NAMES, 'any scope'].includes(access.scope);
    });
    expect(undecided).toEqual([]);
    expect(Object.keys(declared).length).toBeGreaterThan(100);
  });

  it('would be found if it did not decide', async () => {
    const other = await startApp({ modules: [FixtureModule] });
    const undecided = Object.entries(declaredAccess(other)).filter(([, access]) => access === undefined);
    await other.close();
    expect(undecided).toEqual([['undeclared', undefined]]);
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
      'getAuthKey',
      'getBalance',
      'getBillingSubscription',
      'getBillingUsage',
      'getBudget',
      'getKey',
      'getWelcome',
      'listBudgets',
      'listEffectiveBudgets',
      'listGrants',
    ]);
    expect(names('credits:read')).toEqual(['exportTransactions', 'getReceipt', 'listTransactions']);
    expect(names('usage:write')).toEqual(['trackUsage', 'trackUsageBatch', 'trackUsageEvents']);
    expect(names('charge')).toEqual(expect.arrayContaining(['createHold', 'deductCredits', 'deductCreditsBatch']));
    expect(names('coupons')).toEqual([
      'getMyReferrals',
      'listMyReferrals',
      'listRedemptions',
      'redeemCoupon',
      'redeemReferral',
      'validateCoupon',
    ]);
    expect(names('account:export')).toEqual(['exportOwnAccount']);
    expect(names('provisioning')).toEqual(['registerUser']);
    expect(names('payments')).toEqual(expect.arrayContaining(['createCheckout', 'setAutoTopup', 'switchTier']));
    expect(names('keys:manage')).toEqual(expect.arrayContaining(['createOpenRouterAccount']));
  });
});
