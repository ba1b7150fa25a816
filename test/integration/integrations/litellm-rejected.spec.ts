import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { OldRejectedJob } from '../../../src/integrations/litellm/old-rejected.job.js';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';
import { cliOn } from '../../support/cli.js';

const CALLBACK = 'integrations/litellm/callback';
const REJECTED = 'integrations/litellm/rejected';
const DAY_MS = 86_400_000;
const SECRETS = ['tell me a secret', 'the secret answer', 'sk-1234567890', 'Traceback'];

/** A log of a call that cost 0.01 at the provider, with everything that must not be stored. */
const log = (user: string | null, more: object = {}): Json => ({
  id: `chatcmpl-${randomUUID()}`,
  status: 'success',
  model: 'openai/gpt-4o-mini',
  response_cost: 0.01,
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  endTime: Date.now() / 1000,
  messages: [SECRETS[0]],
  response: { choices: [SECRETS[1]], usage: { prompt_tokens: 10 } },
  model_parameters: { api_key: SECRETS[2] },
  error_str: SECRETS[3],
  metadata: { user_api_key_user_id: user, user_api_key_hash: SECRETS[2] },
  ...more,
});

describe('rejected LiteLLM logs', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  const send = async (body: object | string): Promise<Json[]> => {
    return (await w.t.call(CALLBACK, { method: 'POST', token: w.service, body })).body as Json[];
  };
  const open = async (): Promise<Json[]> => (await w.list(REJECTED, { status: 'open', limit: '500' })).body;
  const assign = (id: unknown, body: object) => w.post(`${REJECTED}/${id as string}/assign`, body);
  const spent = async (user_id: string): Promise<string> => {
    const charged = 'SELECT coalesce(-sum(amount), 0)::text AS spent FROM credit_transactions';
    return (await w.sql(`${charged} WHERE user_id = $1 AND amount < 0`, [user_id]))[0]!.spent as string;
  };

  it('are stored once, with the reason and without secrets, and are reported in the response', async () => {
    const user_id = await w.user();
    const bad = [
      log(null),
      log(user_id, { endTime: (Date.now() - 40 * DAY_MS) / 1000 }),
      log(user_id, { response_cost: 1e9 }),
      log(user_id, { id: null }),
      log(user_id, { response_cost: 'NaN' }),
    ];
    const sent = [log(user_id), ...bad];
    const answer = await w.t.call(CALLBACK, { method: 'POST', token: w.service, body: sent });
    const ends = answer.body as Json[];
    expect(ends.map(({ reason, status }) => reason ?? status)).toEqual([
      'recorded',
      'no_user',
      'too_old',
      'cost_too_high',
      'malformed',
      'malformed',
    ]);
    const counts = { 'x-tollgate-recorded': '1', 'x-tollgate-duplicates': '0', 'x-tollgate-rejected': '5' };
    expect(answer.headers).toMatchObject(counts);
    const again = await send([...sent, ...sent]);
    expect(again.map(({ rejected_id }) => rejected_id)).toEqual([...ends, ...ends].map((end) => end.rejected_id));
    const kept = await open();
    expect(kept).toHaveLength(5);
    expect(kept.map(({ named_user }) => named_user).toSorted()).toEqual(
      [null, ...Array<string>(4).fill(user_id)].toSorted(),
    );
    for (const secret of SECRETS) expect(JSON.stringify(kept)).not.toContain(secret);
    expect(await spent(user_id)).toBe('0.0105000000');
    expect((await w.list(REJECTED, {}, w.service)).status).toBe(403);
  });

  it('are booked once for the user they are assigned to, however many admins do it concurrently', async () => {
    const user_id = await w.user();
    const [end] = await send([log(null)]);
    const answers = await concurrently(12, () => assign(end!.rejected_id, { user_id }));
    expect(statuses(answers)).toEqual({ 200: 12 });
    const event_id = answers[0]!.body.event_id as string;
    for (const { body } of answers) expect(body).toMatchObject({ status: 'booked', assigned_to: user_id, event_id });
    expect(await spent(user_id)).toBe('0.0105000000');
    expect(await w.audit(user_id, 'litellm.assign')).toHaveLength(1);
    const other = await assign(end!.rejected_id, { user_id: await w.user() });
    expect(other).toMatchObject({ status: 409, body: { code: 'already_resolved' } });
    await w.verify(user_id);
  });

  it('are booked for one user if they are assigned to many users concurrently', async () => {
    const users = await concurrently(6, () => w.user());
    const sent = log(null);
    const [end] = await send([sent]);
    const answers = await concurrently(12, (n) => assign(end!.rejected_id, { user_id: users[n % 6] }));
    expect(statuses(answers)).toEqual({ 200: 2, 409: 10 });
    const all = await Promise.all(users.map(spent));
    expect(all.toSorted()).toEqual([...Array<string>(5).fill('0'), '0.0105000000']);
    expect(await send([sent])).toMatchObject([{ status: 'duplicate', id: expect.any(String) }]);
  });

  it('are booked at the time of the work, regardless of its age and cost', async () => {
    const user_id = await w.user('30');
    const done = new Date(Date.now() - 40 * DAY_MS);
    const [old, dear] = await send([
      log(user_id, { endTime: done.getTime() / 1000 }),
      log(user_id, { response_cost: 200 }),
    ]);
    expect(await assign(old!.rejected_id, {})).toMatchObject({ status: 200, body: { assigned_to: user_id } });
    const [event] = await w.sql('SELECT * FROM usage_events WHERE user_id = $1', [user_id]);
    expect(event).toMatchObject({ occurred_at: done, total_cost: '0.0105000000' });
    expect((await assign(dear!.rejected_id, {})).status).toBe(200);
    expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '180.010500' });
  });

  it('can be discarded, and are then not booked', async () => {
    const sent = log(null);
    const [end] = await send([sent]);
    const path = `${REJECTED}/${end!.rejected_id as string}/discard`;
    expect((await w.done(path, {})).status).toBe('discarded');
    expect((await w.done(path, {})).status).toBe('discarded');
    expect(await assign(end!.rejected_id, { user_id: 'somebody' })).toMatchObject({ status: 409 });
    expect(await send([sent])).toMatchObject([{ status: 'error', rejected_id: end!.rejected_id }]);
    expect((await open()).map(({ id }) => id)).not.toContain(end!.rejected_id);
  });

  it('cannot be assigned without a user, nor booked if they could not be parsed', async () => {
    const [nobody, unread] = await send(`${JSON.stringify(log(null))}\n{"id": "x",`);
    expect(await assign(nobody!.rejected_id, {})).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'user_id' }] },
    });
    expect(await assign(nobody!.rejected_id, { user_id: 'None' })).toMatchObject({ status: 422 });
    expect(unread).toMatchObject({
      reason: 'malformed',
      error: expect.stringMatching(/is not valid JSON, at character \d+/),
    });
    expect(await assign(unread!.rejected_id, { user_id: await w.user() })).toMatchObject({ status: 422 });
    expect((await assign(randomUUID(), { user_id: 'x' })).status).toBe(404);
  });

  it('are listed in pages, and by the command line', async () => {
    await send(Array.from({ length: 5 }, () => log(null)));
    const all = (await open()).map(({ id }) => id);
    const first = await w.list(REJECTED, { status: 'open', limit: '3', count: 'true' });
    expect(first.headers['x-total-count']).toBe(String(all.length));
    const cursor = first.headers['x-next-cursor'] as string;
    const next = await w.list(REJECTED, { status: 'open', limit: '3', cursor });
    expect([...first.body, ...next.body].map(({ id }) => id)).toEqual(all.slice(0, 6));
    const cli = cliOn(w.t.database_url);
    const [one, two] = all as string[];
    const user_id = await w.user();
    const listed = await cli('litellm', 'rejected', 'list', '--status', 'open', '--json');
    expect((listed.json() as Json[]).map(({ id }) => id)).toContain(one);
    const booked = await cli('litellm', 'rejected', 'assign', one!, '--user-id', user_id, '--json');
    expect(booked.json()).toMatchObject({ status: 'booked', assigned_to: user_id });
    expect((await cli('litellm', 'rejected', 'discard', two!, '--json')).json()).toMatchObject({ status: 'discarded' });
    expect(await spent(user_id)).toBe('0.0105000000');
  });

  it('are deleted after LITELLM_REJECTED_DAYS', async () => {
    const ends = await send([log(null), log(null)]);
    const ids = ends.map(({ rejected_id }) => rejected_id);
    const old = "UPDATE litellm_rejected_logs SET created_at = now() - interval '91 days' WHERE id = $1";
    await w.sql(old, [ids[0]]);
    await w.t.app.get(OldRejectedJob).deleteOld({ log: new Logger('a-test') });
    const left = (await open()).map(({ id }) => id);
    expect(ids.map((id) => left.includes(id))).toEqual([false, true]);
  });
});
