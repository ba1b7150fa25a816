import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TestEnv } from '../../support/factories.js';
import { TestOrganization } from '../../support/organizations.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, { 'x-roles'?: string[] }>>;
};
/** Every operation that needs a caller. */
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => (item[method]?.['x-roles'] ? [{ method: method.toUpperCase() as Method, path }] : [])),
);

describe('for a stranger, an organization does not exist', () => {
  let w: TestEnv;
  let acme: TestOrganization;
  let token: string;
  beforeAll(async () => {
    w = await TestEnv.start();
    acme = await TestOrganization.open(w);
    token = await w.as(await w.open(`stranger-${randomUUID()}`));
  }, 240_000);
  afterAll(() => w.close());

  const statuses = async (some: typeof operations, headers: Record<string, string>) => {
    const others: string[] = [];
    for (const { method, path } of some) {
      const of = path.startsWith('/api/v1/organizations/') ? acme.id : 'x';
      const { status } = await w.t.call(path.replace(/{\w+}/, of).replace(/{\w+}/g, randomUUID()), {
        method,
        token,
        headers,
      });
      if (status !== 404) others.push(`${method} ${path}: ${status}`);
    }
    return others;
  };

  it('on every route, if the header names it', async () => {
    expect(operations.length).toBeGreaterThan(200);
    expect(await statuses(operations, { 'x-tollgate-account': acme.id })).toEqual([]);
  }, 180_000);

  it('on its own routes', async () => {
    // without a body, so that only routes that need none get as far as the organization
    const own = operations.filter(
      ({ method, path }) => path.startsWith('/api/v1/organizations/{id}') && ['GET', 'DELETE'].includes(method),
    );
    expect(own.length).toBeGreaterThan(6);
    expect(await statuses(own, {})).toEqual([]);
  });
});
