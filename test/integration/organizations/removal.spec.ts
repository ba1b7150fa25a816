import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { TestEnv } from '../../support/factories.js';
import { TestOrganization } from '../../support/organizations.js';

let openrouter: OpenRouterStandIn;
let w: TestEnv;
let base: string;
beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  const env = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_API_KEY: 'sk-or-v1-platform-key-of-the-tests' };
  w = await TestEnv.start({ env });
  const { data } = (await (await fetch(`${openrouter.base_url}/models`)).json()) as { data: unknown[] };
  await w.done('pricing/import', { data });
  await w.t.app.listen(0, '127.0.0.1');
  base = await w.t.app.getUrl();
}, 240_000);
afterAll(async () => {
  await w.close();
  await openrouter.stop();
});

it('a stream of a member who is removed meanwhile is settled by the organization, and the next call is refused', async () => {
  const acme = await TestOrganization.open(w);
  const ann = await acme.poorMember();
  const call = async () =>
    fetch(`${base}/api/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await w.as(ann)}`,
        'content-type': 'application/json',
        'x-tollgate-account': acme.id,
      },
      body: JSON.stringify({
        model: 'openai/gpt-4o-mini',
        stream: true,
        max_tokens: 1_000,
        messages: [{ role: 'user', content: 'Hi' }],
      }),
    });
  let goOn = (): void => undefined;
  openrouter.behaviour = { output_tokens: 20, pause: new Promise<void>((resolve) => (goOn = resolve)) };
  const answer = await call();
  expect(answer.status).toBe(200);
  expect(await acme.remove(ann)).toBe(204);
  const refused = await call();
  expect(refused.status).toBe(404);
  goOn();
  expect(await answer.text()).toContain('[DONE]');
  const events = await w.sql('SELECT * FROM usage_events WHERE source = $1', ['gateway']);
  expect(events).toMatchObject([{ user_id: acme.id, member_id: ann, output_tokens: 20 }]);
  const lines = await w.ledger(acme.id);
  const [charge] = lines.filter(({ transaction_type }) => transaction_type === 'usage');
  expect(charge).toMatchObject({ member_id: ann, amount: expect.stringMatching(/^-0\.\d+$/) });
  expect(await w.balance(acme.id)).toMatchObject({ held: '0.000000' });
  await w.verify(acme.id);
});
