import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import type { Answer } from '../../support/app.js';
import { type Json, TestEnv } from '../../support/factories.js';
import { StripeStandIn } from '../../support/services/stripe-stand-in.js';

interface Parameter {
  name: string;
  in: string;
  description?: string;
  required?: boolean;
  example?: string | number | boolean;
  schema?: { default?: string | number | boolean; example?: string | number | boolean };
}
interface Media {
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  tags?: string[];
  summary?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description?: string }>;
}
interface Document {
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, { description?: string }> }> };
}
interface Named {
  method: string;
  path: string;
  operation: Operation;
}

/** Refusals that no example can help, by operation. Elsewhere 402, 404 and 409 are answers too: they judge the request. */
const REFUSED: Record<string, { status: number; why: string }> = {
  'POST /api/v1/integrations/stripe/webhook': { status: 400, why: 'the signature is not of Stripe' },
  'POST /api/v1/integrations/keycloak/events': { status: 401, why: 'the signature is not of Keycloak' },
  'POST /api/v1/webhooks/endpoints': { status: 422, why: 'its host has no address in tests' },
  'PATCH /api/v1/webhooks/endpoints/{id}': { status: 422, why: 'the same' },
  'PUT /api/v1/me/contact': { status: 503, why: 'no mail server is set' },
  'POST /api/v1/embeddings': { status: 400, why: 'the stand-in of OpenRouter does not have the model' },
};
/** As they come when somebody goes through the page: what is made is read and changed, and deleted last. */
const METHODS = ['post', 'put', 'get', 'patch', 'delete'];

let openrouter: OpenRouterStandIn;
let stripe: StripeStandIn;
let w: TestEnv;
let document: Document;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  stripe = await StripeStandIn.start();
  const env = {
    OPENROUTER_BASE_URL: openrouter.base_url,
    OPENROUTER_API_KEY: 'sk-or-v1-platform-key-of-the-tests',
    ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}`,
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
    KEYCLOAK_WEBHOOK_SECRET: 'a secret that Keycloak knows',
    PORTAL_RETURN_ORIGINS: 'https://app.example.com',
    ...stripe.env,
  };
  w = await TestEnv.start({ env });
  document = (await w.t.call('/openapi.json')).body as Document;
});
afterAll(async () => {
  await w.close();
  await openrouter.stop();
  await stripe.stop();
});

const operations = (): Named[] =>
  METHODS.flatMap((method) =>
    Object.entries(document.paths).flatMap(([path, { [method]: operation }]) =>
      operation ? [{ method, path, operation }] : [],
    ),
  );

/** Every body that an operation shows; one that is undefined where it takes none. */
const bodiesOf = ({ requestBody }: Operation): { type?: string; value?: unknown }[] =>
  requestBody
    ? Object.entries(requestBody.content).flatMap(([type, { example, examples }]) =>
        (examples ? Object.values(examples) : [{ value: example }]).map(({ value }) => ({ type, value })),
      )
    : [{}];

const filled = ({ example, schema }: Parameter): string | undefined => {
  const value = example ?? schema?.example ?? schema?.default;
  return value === undefined ? undefined : String(value);
};

/** Ids of things that exist, by the beginning of the paths that name them. */
async function idsIn(env: TestEnv): Promise<Record<string, string | string[]>> {
  const user_id = 'an-admin';
  const bonus = await env.bonus(user_id, '50');
  await env.bonus('user-42', '50'); // the user of most examples
  const event = await env.done('credits/usage/track', { service: 'tts', user_id });
  const price = await env.done('pricing/models', { model: 'acme/slip-1', per_image: '4' });
  const [held] = await env.sql(
    `INSERT INTO payments (user_id, kind, status, package_code, credits, amount, currency)
     VALUES ($1, 'package', 'held', 'credits-50', 50, 45, 'usd') RETURNING id`,
    [user_id],
  );
  const nobody = { id: 'chatcmpl-1', status: 'success', response_cost: 0.01 };
  const [rejected] = (await env.done('integrations/litellm/callback', [nobody])) as unknown as Json[];
  const rule = { scope: 'model', match: 'acme/writer-1', rate: '0.1' };
  const [seen, moved, erased] = [await env.user(), await env.user(), await env.user()];
  const key = await env.done('api-keys', { name: 'Notebook' });
  const budget = await env.done('budgets', { limit: '10', window: 'month' });
  const pair = await env.done('pricing/equivalents', { from: 'acme/a', to: 'acme/b' });
  const weekly = { name: 'Weekly', amount: '1', every: 'week', starts_on: '2027-01-01', user_id };
  const [file] = await env.sql(
    `INSERT INTO credit_imports (name, digest, created_by) VALUES ('june.csv', repeat('a', 64), 'ops') RETURNING id`,
  );
  const receiver = { url: 'https://127.0.0.1:9/events', events: ['*'] };
  const other = await env.done('webhooks/endpoints', receiver);
  const [delivery] = await env.sql(
    `INSERT INTO webhook_deliveries (user_id, endpoint_id, event_id, type, sequence, status)
     SELECT user_id, $1, id, type, sequence, 'failed' FROM events WHERE user_id = $2 LIMIT 1 RETURNING id`,
    [other.id, user_id],
  );
  await env.sql(`INSERT INTO welcome_steps (source, "on", credits) VALUES ('newsletter', 'registered', 1)`);
  await env.sql(
    `INSERT INTO experiments (key, metric, arms, "from", "to", arm_size, created_by)
     VALUES ('planned', 'converted', '[{"name": "a", "weight": 1}, {"name": "b", "weight": 1}]', '2030-01-01', '2030-02-01', 100, 'ops')`,
  );
  const [referral] = await env.sql(
    `INSERT INTO referrals (id, user_id, referrer_id, reward, referred_credits, min_paid)
     VALUES (gen_random_uuid(), $1, $2, 10, 5, 20) RETURNING id`,
    [await env.user(), await env.user()],
  );
  const [told] = await env.sql(
    `INSERT INTO notifications (user_id, kind, cause, facts, in_inbox) VALUES ($1, 'welcome', 'c', '{}', true) RETURNING id`,
    [user_id],
  );
  return {
    '/api/v1/api-keys/': key.id as string,
    '/api/v1/admin/referrals/': referral?.id as string,
    '/api/v1/admin/experiments/': 'planned',
    '/api/v1/budgets/': budget.id as string,
    '/api/v1/pricing/equivalents/': pair.id as string,
    ...(await organizationIds(env)),
    '/api/v1/webhooks/endpoints/': (await env.done('webhooks/endpoints', receiver)).id as string,
    '/api/v1/webhooks/deliveries/': delivery?.id as string,
    '/api/v1/me/notifications/': told?.id as string,
    '/api/v1/admin/jobs/{queue}/run': 'welcome',
    '/api/v1/admin/scheduled-grants/': (await env.done('admin/scheduled-grants', weekly)).id as string,
    '/api/v1/admin/credits/imports/': file?.id as string,
    '/api/v1/admin/accounts/{id}/move': moved,
    '/api/v1/admin/accounts/{id}/erase': erased,
    '/api/v1/admin/accounts/{id}': seen,
    '/api/v1/credits/holds/': await env.hold(user_id, '1'),
    '/api/v1/credits/transactions/': bonus.transaction_id as string,
    '/api/v1/credits/usage/events/': event.id as string,
    '/api/v1/pricing/models/': price.id as string,
    '/api/v1/pricing/markup-rules/': (await env.done('pricing/markup-rules', rule)).id as string,
    '/api/v1/credits/tiers/': 'starter',
    '/api/v1/credits/coupons/': 'WELCOME-10',
    '/api/v1/payments/packages/': 'credits-50',
    '/api/v1/payments/events/': 'evt_none',
    '/api/v1/payments/{payment_id}': held?.id as string,
    '/api/v1/integrations/litellm/rejected/': rejected?.rejected_id as string,
  };
}

/** Ids of an organization with a member, an invitation and a cost center, and of one that can be closed. */
async function organizationIds(env: TestEnv): Promise<Record<string, string[]>> {
  const [open, closing] = [
    await env.done('organizations', { name: 'Acme' }),
    await env.done('organizations', { name: 'Old' }),
  ];
  const organization = open.id as string;
  await env.t.call(`organizations/${organization}`, { method: 'PATCH', token: env.admin, body: { seats: 100 } });
  const member = await env.user();
  await env.done(`organizations/${organization}/members`, { user_id: member, role: 'member' });
  await env.done(`organizations/${organization}/cost-centers`, { code: 'research', name: 'Research' });
  const invited = await env.done(`organizations/${organization}/invitations`, {
    email: 'ann@example.com',
    role: 'member',
  });
  const path = '/api/v1/organizations/{id}';
  return {
    [`${path}/members/{`]: [organization, member],
    [`${path}/invitations/{`]: [organization, invited.id as string],
    [`${path}/cost-centers/{`]: [organization, 'research'],
    [`${path}/`]: [organization],
    [path]: [closing.id as string],
  };
}

/** Sends what the page sends unless it is edited, but for ids. */
async function tryOut(
  { method, path, operation }: Named,
  ids: Record<string, string | string[]>,
): Promise<{ name: string; answer: Answer }[]> {
  const [, id] = Object.entries(ids).find(([beginning]) => path.startsWith(beginning)) ?? [];
  const query = (operation.parameters ?? []).flatMap((parameter) => {
    const value = parameter.in === 'query' ? filled(parameter) : undefined;
    return value === undefined ? [] : [[parameter.name, value]];
  });
  const call = {
    method: method.toUpperCase() as 'POST',
    token: w.admin,
    query: Object.fromEntries(query) as Record<string, string>,
  };
  const name = `${call.method} ${path}`;
  const answers: { name: string; answer: Answer }[] = [];
  for (const { type, value } of bodiesOf(operation)) {
    const body = type === undefined ? {} : { body: value as object, headers: { 'content-type': type } };
    answers.push({ name, answer: await w.t.call(withIds(path, id), { ...call, ...body }) });
  }
  return answers;
}

/** Returns a path with ids instead of its parameters, as far as there are any. */
function withIds(path: string, ids: string | string[] = []): string {
  const left = [ids].flat().values();
  return path.replace(/{\w+}/g, () => left.next().value ?? '-');
}

const isFine = (name: string, status: number): boolean =>
  status < 300 || [402, 404, 409].includes(status) || status === REFUSED[name]?.status;

describe('the page of the interface', () => {
  it('sends of every operation, unchanged, what the service understands', async () => {
    const ids = await idsIn(w);
    const answers: { name: string; answer: Answer }[] = [];
    for (const operation of operations()) answers.push(...(await tryOut(operation, ids)));
    const refused = answers.filter(({ name, answer }) => !isFine(name, answer.status));
    expect(refused.map(({ name, answer }) => `${name}: ${answer.status} ${answer.text}`)).toEqual([]);
    const done = answers.filter(({ answer }) => answer.status < 300);
    expect(done.length / answers.length).toBeGreaterThan(0.85);
  });

  it('describes every operation, parameter, property and answer, under headings of its own', () => {
    const headings = document.tags.map(({ name }) => name);
    const silent = operations().flatMap(({ method, path, operation }) => [
      ...(operation.summary ? [] : [`${method} ${path}`]),
      ...(operation.tags ?? ['none']).filter((tag) => !headings.includes(tag)),
      ...(operation.parameters ?? []).filter((p) => !p.description).map((p) => `${method} ${path} ${p.name}`),
      ...Object.entries(operation.responses).flatMap(([status, { description }]) =>
        description ? [] : [`${method} ${path} ${status}`],
      ),
    ]);
    const properties = Object.entries(document.components.schemas).flatMap(([schema, { properties: all = {} }]) =>
      Object.entries(all).flatMap(([name, { description }]) => (description ? [] : [`${schema}.${name}`])),
    );
    expect([...silent, ...properties]).toEqual([]);
  });
});
