// Prisma's schema engine as WebAssembly: the native one is a download, which closed networks block. Imported by the
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
import { isComplete, readHistory } from './migration-history.ts';
import { withMigrationLock } from './migration-lock.ts';
import { runScript } from './run-script.ts';

const PACKAGE = '@prisma/schema-engine-wasm';
const CHAR_OID = 18;
const TEXT_OID = 25;

/** src/platform/schema and dist/platform/schema have the same depth. */
const ROOT = path.resolve(import.meta.dirname, '../../..');
export const SCHEMA_PATH = path.join(ROOT, 'prisma/schema.prisma');
export const MIGRATIONS_DIR = path.join(ROOT, 'prisma/migrations');
const SCHEMA_NAME = 'prisma/schema.prisma';
const FILTERS = { externalTables: [], externalEnums: [] };

/**
 * Applies the pending migrations of a folder, each in one transaction, one process at a time. Returns the names of the
 * applied migrations.
 * @throws Error naming the failed migration and PostgreSQL's error
 */
export async function applyMigrations(url: string, folder: string = MIGRATIONS_DIR): Promise<string[]> {
  return withMigrationLock(connectionOf(url), async (client) => {
    // loading the engine takes longer than the rest of a start
    if (isComplete(await readHistory(client), migrationNames(folder))) return [];
    const migrationsList = readMigrations(folder);
    const output = await withEngine(url, (engine) => engine.applyMigrations({ migrationsList, filters: FILTERS }));
    return output.appliedMigrationNames;
  });
}

/**
 * Compares the migration history of the database with prisma/migrations: pending, failed, edited or unknown migrations.
 */
export function diagnose(url: string): Promise<DiagnoseMigrationHistoryOutput> {
  const migrationsList = readMigrations();
  return withEngine(url, (engine) =>
    engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters: FILTERS }),
  );
}

/** Allows a failed migration to run again. Safe for migrations without transaction control: they were rolled back. */
export async function forgetFailedMigration(url: string, migrationName: string): Promise<void> {
  await withEngine(url, (engine) => engine.markMigrationRolledBack({ migrationName }));
}

/**
 * Returns the SQL that would turn the result of all migrations into the schema; '' if they are equal. Replays the
 * migrations in a shadow database on the server of `url`, so the role needs CREATEDB. Does not see CHECKs, triggers or
 * comments.
 */
export function diffMigrationsToSchema(url: string, schema: string = readSchema()): Promise<string> {
  return diff(url, { tag: 'migrations', ...readMigrations() }, schema);
}

/** The same for the live database instead of the migrations. */
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

/** Returns the names of the migrations in a folder, oldest first. */
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

const NOT_EMPTY = 'The database contains tables but no migration history: Tollgate needs a separate database.';

/**
 * Extracts the message of an engine error and the name of the failed migration, which only the appended trace contains.
 */
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

/** Opens an engine connected to `url`. Call `close` when done: the engine does not close its connections itself. */
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
 * Parses a connection string with pg (including sockets and sslmode). The adapter needs separate fields: it overrides
 * `database` for a shadow database, and a connectionString would take precedence.
 */
export function connectionOf(url: string): pg.PoolConfig & { database: string | undefined } {
  const { host, port, user, password, database, ssl } = new pg.Client({ connectionString: url });
  const login = { host, port, ...(user ? { user } : {}), ...(password ? { password } : {}), ssl };
  // one connection, because the advisory lock and every SET belong to a session
  return { ...login, database, max: 1, application_name: 'tollgate schema', onConnect: inUtc };
}

/** Sets the zone by a query, because poolers drop or refuse startup options. */
const inUtc = (client: pg.ClientBase): unknown => client.query(`SET TimeZone TO 'UTC'`);

type PgAdapter = Awaited<ReturnType<PrismaPg['connect']>>;

/** adapter-pg's connections with the fixes that the schema engine needs. */
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

  /**
   * Closes the pool before dropping the database: adapter-pg would drop it while still connected, which PostgreSQL
   * refuses.
   */
  async connectToShadowDb(): Promise<PgAdapter> {
    const admin = await this.connect();
    const database = `prisma_shadow_${randomUUID()}`;
    // not as scripts, because those run in a transaction
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
    // newest first: a shadow database is dropped through the connection that created it
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

/**
 * Runs scripts as a whole. adapter-pg would split them at every semicolon, even in function bodies, and run the parts
 * one by one.
 */
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

/** Reads columns of type "char", which the engine's introspection selects and adapter-pg refuses. */
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

/** The part of the WebAssembly API used here, which Node's types do not declare. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: { __wbindgen_start: () => void } };
}

let loaded: Promise<typeof Bindings> | undefined;

/** Compiles the engine once per process (5 MB), and only for migrations and diffs. */
function loadEngine(): Promise<typeof Bindings> {
  return (loaded ??= instantiate());
}

async function instantiate(): Promise<typeof Bindings> {
  // without it, a panic of the engine is reported as a TypeError of its bindings
  const registry = { set_message: (message: string) => process.stderr.write(`schema engine: ${message}\n`) };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: registry });
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const imports: Record<string, unknown> = { ...bindings };
  for (const name of Object.keys(imports).filter((key) => key.startsWith('__wbg_setTimeout_'))) {
    // the engine never clears its timer for the advisory lock, which must not keep the process alive
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
