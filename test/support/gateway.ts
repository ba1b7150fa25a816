import { Logger } from '@nestjs/common';
import { CallsRecoveryJob } from '../../src/gateway/calls/calls-recovery.job.js';
import type { Config } from '../../src/platform/config/config.js';
import type { Behaviour } from '../stand-ins/openrouter/behaviour.js';
import { OpenRouterStandIn } from '../stand-ins/openrouter/server.js';
import { type Json, TestEnv } from './factories.js';
import { END_LEASES } from './leases.js';

export const PLATFORM_KEY = 'sk-or-v1-platform-key-of-the-tests';
export const MODEL = 'openai/gpt-4o-mini';
export const RING = `tests:${Buffer.alloc(32, 7).toString('base64')}`;

/** The application with a stand-in of OpenRouter whose prices are loaded, listening on its own port. */
export class GatewayWorld {
  private constructor(
    readonly w: TestEnv,
    readonly openrouter: OpenRouterStandIn,
    readonly base: string,
  ) {}

  static async start(env: NodeJS.ProcessEnv = {}, config: Partial<Config> = {}): Promise<GatewayWorld> {
    const openrouter = await OpenRouterStandIn.start();
    const upstream = {
      OPENROUTER_BASE_URL: openrouter.base_url,
      OPENROUTER_API_KEY: PLATFORM_KEY,
      GATEWAY_USAGE_COST: 'provider',
    };
    const w = await TestEnv.start({ env: { ...upstream, ENCRYPTION_KEYS: RING, ...env }, config });
    const { data } = (await (await fetch(`${openrouter.base_url}/models`)).json()) as { data: unknown[] };
    await w.done('pricing/import', { data });
    await w.sql('UPDATE tiers SET allowed_models = DEFAULT'); // plan-models.spec.ts covers what plans allow
    await w.t.app.listen(0, '127.0.0.1');
    return new GatewayWorld(w, openrouter, await w.t.app.getUrl());
  }

  async close(): Promise<void> {
    await this.w.close();
    await this.openrouter.stop();
  }

  /** Sends a body over the network; a string is sent unchanged. */
  async send(
    user_id: string,
    body: object | string,
    more: { path?: string; signal?: AbortSignal; key?: string; token?: string } = {},
  ) {
    const { path = '/api/v1/chat/completions', signal, key, token = await this.w.as(user_id) } = more;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return fetch(`${this.base}${path}`, {
      method: 'POST',
      headers: { ...headers, ...(key !== undefined && { 'idempotency-key': key }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal && { signal }),
    });
  }

  /** Requests a short answer. */
  chat(user_id: string, stand_in: Behaviour = {}, more: object = {}, signal?: AbortSignal): Promise<Response> {
    const messages = [{ role: 'user', content: 'Hi there' }];
    return this.send(user_id, { model: MODEL, max_tokens: 100, messages, ...more, stand_in }, signal && { signal });
  }

  /** Stores a user's own key. */
  async connect(user_id: string, api_key: string): Promise<void> {
    await this.w.done('credits/openrouter/create-account', { api_key }, { token: await this.w.as(user_id) });
  }

  /** Sets the price of a model, USD per million tokens. */
  async price(model: string, prompt: number, completion: number): Promise<void> {
    const pricing = { prompt: (prompt / 1e6).toFixed(12), completion: (completion / 1e6).toFixed(12) };
    await this.w.done('pricing/import', { data: [{ id: model, pricing }] });
  }

  /** Settles open calls, as the job does when their lease has expired. */
  async recover(): Promise<void> {
    await this.w.sql(END_LEASES);
    const run = { signal: new AbortController().signal, log: new Logger('a-test') };
    await this.w.t.app.get(CallsRecoveryJob).endAll(run);
  }

  events(user_id: string): Promise<Json[]> {
    return this.w.sql('SELECT * FROM usage_events WHERE user_id = $1', [user_id]);
  }

  openCalls(): Promise<Json[]> {
    return this.w.sql('SELECT * FROM credit_holds WHERE lease_until IS NOT NULL');
  }
}
