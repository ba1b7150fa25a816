import type { ModuleMetadata } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions } from 'fastify';
import type { DestinationStream } from 'pino';
import { createApp } from '../../src/app/setup.js';
import { TokenSigner } from '../../src/auth/token-signer.js';
import type { Role } from '../../src/platform/actor.js';
import { type Config, loadConfig } from '../../src/platform/config/config.js';
import { createLogger } from '../../src/platform/http/logging.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { compareAnswers, compareEvents, type ObservedEvent, refuseFaults } from './openapi/openapi-answers.js';

export const TEST_SECRET = 'a secret of the tests, long enough for HS512 as well: 64 characters or more';

export interface TestAppOptions {
  /** Environment variables that override the defaults of tests. */
  env?: NodeJS.ProcessEnv;
  /** Configuration that no environment variable sets. */
  config?: Partial<Config>;
  /** Destination of log lines; LOG_LEVEL applies. */
  log?: DestinationStream;
  /** Additional modules, for test controllers. */
  modules?: NonNullable<ModuleMetadata['imports']>;
  /** A database that the caller drops; by default a new one. */
  database_url?: string;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD';
  /** Sent as JSON, unless it is a string. */
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
  query?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  /** Parsed JSON, or the text if it is not JSON. */
  body: unknown;
  text: string;
}

export interface TestApp {
  app: NestFastifyApplication;
  database_url: string;
  /** Direct SQL access; null if the caller passed a database. */
  pool: TestDatabase['pool'] | null;
  /** Calls the service without a network; a path without a leading `/` is under the base path. */
  call: (path: string, call?: Call) => Promise<Answer>;
  tokenFor: (user_id: string, ...roles: Role[]) => Promise<string>;
  /** Fails if openapi.json does not describe what was answered. Can be called more than once. */
  close: () => Promise<void>;
}

const TOKEN_TTL_S = 600;

/** Starts the whole application on its own database. */
export async function startApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { env = {}, modules = [], database_url: given } = options;
  const database = given === undefined ? await createTestDatabase() : { url: given, pool: null, drop: null };
  const parsed = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PRICE_SYNC: 'off', // nothing of the network, whenever the tests run
    JWT_SECRET: TEST_SECRET,
    DATABASE_URL: database.url,
    ...env,
  });
  const config = { ...parsed, ...options.config };
  const app = await createApp(config, modules, options.log && createLogger(config, options.log));
  compareAnswers(app.getHttpAdapter().getInstance(), config.base_path);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const close = async (): Promise<void> => {
    compareEvents(await eventsIn(database.pool));
    await app.close();
    await database.drop?.();
    refuseFaults();
  };
  let closed: Promise<void> | undefined;
  return {
    app,
    database_url: database.url,
    pool: database.pool,
    call: (path, call = {}) => inject(app, path.startsWith('/') ? path : `${config.base_path}/${path}`, call),
    tokenFor: (user_id, ...roles) => app.get(TokenSigner).signToken({ user_id, roles, ttl_s: TOKEN_TTL_S }),
    close: () => (closed ??= close()),
  };
}

/** Returns the events of a database; none if the specs left it without one, or unreachable. */
async function eventsIn(pool: TestApp['pool']): Promise<ObservedEvent[]> {
  const read = pool?.query<ObservedEvent>('SELECT type, data FROM events').then(({ rows }) => rows);
  return (await read?.catch(() => [])) ?? [];
}

async function inject(app: NestFastifyApplication, path: string, call: Call): Promise<Answer> {
  const headers: Record<string, string> = { ...call.headers };
  if (call.token !== undefined) headers.authorization = `Bearer ${call.token}`;
  // a blank is %20, as in a path: a + would be refused in the id of a user
  const query = Object.entries(call.query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const url = query.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`;
  const options: InjectOptions = { url, method: call.method ?? 'GET', headers };
  if (call.body !== undefined) {
    headers['content-type'] ??= 'application/json';
    options.payload = typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
  }
  const response = await app.inject(options);
  return {
    status: response.statusCode,
    headers: response.headers as Answer['headers'],
    body: parsed(response.body),
    text: response.body,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
