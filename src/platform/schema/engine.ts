// Prisma's schema engine as WebAssembly: the native one is a download that closed networks refuse. Imported by the
// built service and, unbuilt, by prisma/schema-engine.mjs and the scripts.
import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
} from '@prisma/driver-adapter-utils';
import type {
  DiagnoseMigrationHistoryOutput,
  DiffTarget,
  MigrationList,
  SchemaEngine,
} from '@prisma/schema-engine-wasm';
import type * as Bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import { whileMigrating } from './migration-lock.ts';
import { runScript } from './run-script.ts';

const PACKAGE = '@prisma/schema-engine-wasm';
const CHAR_OID = 18;
const TEXT_OID = 25;

/** src/platform/schema and dist/platform/schema lie equally deep. */
const ROOT = path.resolve(import.meta.dirname, '../../..');
export const SCHEMA_PATH = path.join(ROOT, 'prisma/schema.prisma');
export const MIGRATIONS_DIR = path.join(ROOT, 'prisma/migrations');
const SCHEMA_NAME = 'prisma/schema.prisma';
const FILTERS = { externalTables: [], externalEnums: [] };

/**
 * Applies what is pending of a folder of migrations, each migration whole or not at all; one process at a time. Returns
 * the names of those applied.
 * @throws Error naming the migration that failed and PostgreSQL's reason
 */
export async function applyMigrations(url: string, folder: string = MIGRATIONS_DIR): Promise<string[]> {
  const migrationsList = readMigrations(folder);
  const output = await whileMigrating(connectionOf(url), () =>
    withEngine(url, (engine) => engine.applyMigrations({ migrationsList, filters: FILTERS })),
  );
  return output.appliedMigrationNames;
}

/** How the database's history of migrations stands to prisma/migrations: pending, failed, edited since, unknown. */
export function diagnose(url: string): Promise<DiagnoseMigrationHistoryOutput> {
  const migrationsList = readMigrations();
  return withEngine(url, (engine) =>
    engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters: FILTERS }),
  );
}

/**
 * Lets a failed migration run again. Safe for migrations without transaction control of their own: a failed one has
 * left nothing behind.
 */
export async function forgetFailedMigration(url: string, migrationName: string): Promise<void> {
  await withEngine(url, (engine) => engine.markMigrationRolledBack({ migrationName }));
}

/**
 * SQL that would turn the outcome of all migrations into the schema; '' when they are equal. Replays the migrations in
 * a shadow database on the server of `url`, so the role needs CREATEDB. Blind to CHECKs, triggers and comments.
 */
export function diffMigrationsToSchema(url: string, schema: string = readSchema()): Promise<string> {
  return diff(url, { tag: 'migrations', ...readMigrations() }, schema);
}

/** SQL that would turn the live database into the schema; '' when they are equal. Blind as the other diff is. */
export function diffDatabaseToSchema(url: string, schema: string = readSchema()): Promise<string> {
  return diff(url, { tag: 'schemaDatasource', ...files(schema), configDir: ROOT }, schema);
}

async function diff(url: string, from: DiffTarget, schema: string): Promise<string> {
  const to: DiffTarget = { tag: 'schemaDatamodel', ...files(schema) };
  const result = await withEngine(url, (engine) =>
    engine.diff({ from, to, script: true, exitCode: true, filters: FILTERS }),
  );
  return result.exitCode === 0 ? '' : (result.stdout ?? '');
}

const readSchema = (): string => readFileSync(SCHEMA_PATH, 'utf8');
const files = (content: string): { files: { path: string; content: string }[] } => ({
  files: [{ path: SCHEMA_NAME, content }],
});

/** Names of the migrations of a folder, oldest first. */
export function migrationNames(folder: string = MIGRATIONS_DIR): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function readMigrations(folder: string = MIGRATIONS_DIR): MigrationList {
  const read = (...names: string[]): string => readFileSync(path.join(folder, ...names), 'utf8');
  const names = migrationNames(folder);
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: read(name, 'migration.sql') } },
    })),
  };
}

async function withEngine<T>(url: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  try {
    const { engine, close } = await openEngine(url, [[SCHEMA_NAME, readSchema()]]);
    try {
      return await use(engine);
    } finally {
      await close();
    }
  } catch (error) {
    throw readable(error);
  }
}

const NOT_EMPTY = 'The database holds tables but no history of migrations: Tollgate needs a database of its own.';

/** The engine appends a trace of its own source, which alone names the migration that failed. */
function readable(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  if (text.startsWith('The database schema is not empty')) return new Error(NOT_EMPTY, { cause: error });
  const [reason = text, trace = ''] = text.split(/\n\s+0: /, 2);
  const migration = /migration_name="([^"]+)"/.exec(trace)?.[1];
  const failed = migration === undefined ? '' : `migration ${migration} failed and changed nothing: `;
  const plain = reason.replace(
    /external connector error|Error querying the database: |Read more about .*?https:\S+/g,
    '',
  );
  return new Error(failed + plain.trim().replace(/\s+/g, ' '), { cause: error });
}

/** An engine connected to `url`. Call `close` when done: the engine itself closes none of its connections. */
export async function openEngine(
  url: string,
  datamodels: [string, string][] | undefined,
): Promise<{ engine: SchemaEngine; close: () => Promise<void> }> {
  const { SchemaEngine } = await loadEngine();
  const connections = new Connections(connectionOf(url));
  const factory = bindMigrationAwareSqlAdapterFactory(connections);
  try {
    const engine = await SchemaEngine.new({ datamodels }, () => undefined, factory);
    const close = async (): Promise<void> => {
      engine.free();
      await connections.close();
    };
    return { engine, close };
  } catch (error) {
    await connections.close();
    throw error;
  }
}

/**
 * The fields of a connection string, read by pg itself (sockets and sslmode included). They are given to the adapter
 * one by one: it names a shadow database by overriding `database`, and a connectionString would win over that.
 */
export function connectionOf(url: string): pg.PoolConfig & { database: string | undefined } {
  const { host, port, user, password, database, ssl } = new pg.Client({ connectionString: url });
  const login = { host, port, ...(user ? { user } : {}), ...(password ? { password } : {}), ssl };
  // One connection, since the advisory lock and every SET belong to a session
  return { ...login, database, max: 1, application_name: 'tollgate schema', onConnect: inUtc };
}

/** Poolers drop or refuse options at the start of a session. */
const inUtc = (client: pg.ClientBase): unknown => client.query(`SET TimeZone TO 'UTC'`);

type PgAdapter = Awaited<ReturnType<PrismaPg['connect']>>;

/** adapter-pg's connections, with the repairs that the schema engine needs. */
class Connections implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  private readonly config: pg.PoolConfig;
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(config: pg.PoolConfig) {
    this.config = config;
  }

  async connect(): Promise<PgAdapter> {
    return this.opened(await new PrismaPg(this.config).connect());
  }

  /** adapter-pg would drop the database while its own pool is still connected to it, which PostgreSQL refuses. */
  async connectToShadowDb(): Promise<PgAdapter> {
    const admin = await this.connect();
    const database = `prisma_shadow_${randomUUID()}`;
    // not as scripts: those are transactions
    const server = admin.underlyingDriver();
    await server.query(`CREATE DATABASE "${database}"`);
    const shadow = await new PrismaPg({ ...this.config, database }).connect();
    const end = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await end();
      await server.query(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
    };
    return this.opened(shadow);
  }

  async close(): Promise<void> {
    // Newest first: a shadow database is dropped through the connection that made it
    for (const close of this.closers.splice(0).reverse()) await close();
  }

  private opened(adapter: PgAdapter): PgAdapter {
    const dispose = adapter.dispose.bind(adapter);
    let disposed: Promise<void> | undefined;
    adapter.dispose = () => (disposed ??= dispose());
    this.closers.push(() => adapter.dispose());
    return readingChars(runningScriptsWhole(adapter));
  }
}

/** adapter-pg splits a script at every semicolon, those in function bodies included, and runs the pieces one by one. */
function runningScriptsWhole(adapter: PgAdapter): PgAdapter {
  const { onError } = adapter as unknown as { onError: (error: unknown) => never };
  adapter.executeScript = async (script) => {
    try {
      await runScript(adapter.underlyingDriver(), script);
    } catch (error) {
      onError.call(adapter, error);
    }
  };
  return adapter;
}

/** adapter-pg refuses columns of PostgreSQL's "char" type, which the engine's introspection selects. */
function readingChars(adapter: PgAdapter): PgAdapter {
  const inner = adapter as unknown as { performIO: (query: SqlQuery) => Promise<pg.QueryArrayResult> };
  const performIO = inner.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  const charColumns = new WeakMap<SqlQuery, number[]>();
  inner.performIO = async (query) => {
    const result = await performIO(query);
    const chars = [...result.fields.keys()].filter((i) => result.fields[i]?.dataTypeID === CHAR_OID);
    for (const field of result.fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
    charColumns.set(query, chars);
    return result;
  };
  adapter.queryRaw = async (query) => {
    const set = await queryRaw(query);
    for (const i of charColumns.get(query) ?? []) set.columnTypes[i] = ColumnTypeEnum.Character;
    return set;
  };
  return adapter;
}

/** The part of the WebAssembly interface that is used here; Node's types leave it to the browser's. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: { __wbindgen_start: () => void } };
}

let loaded: Promise<typeof Bindings> | undefined;

/** Compiles the engine once per process (5 MB; only who migrates or diffs pays for it). */
function loadEngine(): Promise<typeof Bindings> {
  return (loaded ??= instantiate());
}

async function instantiate(): Promise<typeof Bindings> {
  // Without it a panic of the engine reads as a TypeError of its bindings
  const registry = { set_message: (message: string) => process.stderr.write(`schema engine: ${message}\n`) };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: registry });
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const imports: Record<string, unknown> = { ...bindings };
  for (const name of Object.keys(imports).filter((key) => key.startsWith('__wbg_setTimeout_'))) {
    // The engine never clears its timer for the advisory lock: it must not hold the process open
    imports[name] = (callback: () => void, ms: number) => setTimeout(callback, ms).unref();
  }
  const folder = path.dirname(createRequire(import.meta.url).resolve(PACKAGE));
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const module = new Module(readFileSync(path.join(folder, 'schema_engine_bg.wasm')));
  const instance = new Instance(module, { './schema_engine_bg.js': imports });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}
