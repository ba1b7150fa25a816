import { type ChildProcess } from 'node:child_process';
import { TokenSigner } from '../../../src/auth/token-signer.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { freePort } from '../../../src/platform/embedded/cluster.js';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { TEST_SECRET } from '../app.js';
import { launch, ready } from './built-service.js';
import { createTestDatabase, type TestDatabase } from '../database.js';

/** Built services in separate processes, on one database and with one OpenRouter stand-in. */
export class RunningService {
  private readonly started: ChildProcess[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly openrouter: OpenRouterStandIn,
    readonly port: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async prepare(more: NodeJS.ProcessEnv = {}): Promise<RunningService> {
    const [database, openrouter, port] = await Promise.all([
      createTestDatabase(),
      OpenRouterStandIn.start(),
      freePort(),
    ]);
    const { PATH, HOME } = process.env;
    const common = { PATH, HOME, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'fatal', PRICE_SYNC: 'off' };
    const upstream = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_API_KEY: 'sk-or-v1-key-of-the-platform' };
    const env = { ...common, ...upstream, JWT_SECRET: TEST_SECRET, DATABASE_URL: database.url, ...more };
    return new RunningService(database, openrouter, port, env);
  }

  get base(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(more: NodeJS.ProcessEnv = {}, command?: string, args?: readonly string[]): Promise<ChildProcess> {
    const child = launch({ ...this.env, ...more }, command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.started.push(child);
    return ready(child, this.port);
  }

  async close(): Promise<void> {
    for (const child of this.started) child.kill('SIGKILL');
    await this.openrouter.stop();
    await this.database.drop();
  }

  tokenFor(user_id: string): Promise<string> {
    return new TokenSigner(loadConfig(this.env)).signToken({ user_id, roles: ['user'], ttl_s: 600 });
  }

  /** Requests a chat completion, streamed by default. */
  async chat(user_id: string, stand_in: Behaviour, stream = true): Promise<Response> {
    const body = { model: 'openai/gpt-4o-mini', stream, max_tokens: 100, stand_in };
    return fetch(`${this.base}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await this.tokenFor(user_id)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, messages: [{ role: 'user', content: 'one two three four five six seven' }] }),
    });
  }

  async rows(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
    return (await this.database.pool.query<Record<string, unknown>>(text, values)).rows;
  }
}

/** Exit code or signal of a process. */
export function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}
