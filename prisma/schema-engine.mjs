#!/usr/bin/env node
// Replaces Prisma's native schema engine (PRISMA_SCHEMA_ENGINE_BINARY, set in prisma.config.ts), so that the Prisma CLI
// works without a download. It speaks the engine's JSON-RPC on stdin and stdout and runs each call in the WebAssembly
// engine.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import pg from 'pg';

const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `prisma/schema-engine.mjs needs Node 24, this is ${process.version}: call Prisma through npx or npm run`,
  );
  process.exit(1);
}
const { connectionOf, openEngine } = await import('../src/platform/schema/engine.ts');

const ENGINE_HASH = '0edf323efd1d98336f3f0a68684b56f689b900d3';
const CALL_FAILED = 4466; // JSON-RPC code of all errors that the native engine reports for a call
const argv = process.argv.slice(2);

/** Returns the values of a repeatable option. */
function valuesOf(name) {
  return argv.flatMap((arg, i) => (arg === name ? [argv[i + 1]] : []));
}

const [datasource = '{}'] = valuesOf('--datasource');
const url = JSON.parse(datasource).url ?? process.env.DATABASE_URL ?? 'postgresql://unset:unset@127.0.0.1:1/unset';

if (argv.includes('--version') || argv.includes('-V')) {
  console.log(`schema-engine-cli ${ENGINE_HASH}`);
} else if (argv.includes('cli')) {
  process.exitCode = await databaseCommand(argv[argv.indexOf('cli') + 1]);
} else {
  await serve();
}

/** `cli can-connect-to-database`, `create-database` and `drop-database`. Returns the exit code. */
async function databaseCommand(command) {
  const config = connectionOf(url);
  const run = async (database, statement) => {
    const client = new pg.Client({ ...config, database });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  const name = pg.escapeIdentifier(config.database ?? 'postgres');
  try {
    if (command === 'create-database') await run('postgres', `CREATE DATABASE ${name}`);
    else if (command === 'drop-database') await run('postgres', `DROP DATABASE ${name} WITH (FORCE)`);
    else if (command === 'can-connect-to-database') await run(config.database, 'SELECT 1');
    else throw new Error(`the command ${command} is not in prisma/schema-engine.mjs`);
    log('INFO', { message: 'Connection successful' });
    return 0;
  } catch (error) {
    console.error('{}'); // the CLI drops the first line
    const error_code = { '3D000': 'P1003', '42P04': 'P1009', '28P01': 'P1000' }[error.code] ?? 'P1001';
    log('ERROR', { is_panic: false, error_code, message: error.message, meta: { database_name: config.database } });
    return 1;
  }
}

function log(level, fields) {
  const target = 'schema_engine::logger';
  console.error(JSON.stringify({ timestamp: new Date().toISOString(), level, target, fields }));
}

async function serve() {
  let opening;
  const open = () => (opening ??= openEngine(url, datamodels()));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (!line.trim()) continue;
    const { id, method, params } = JSON.parse(line);
    if (!method) continue; // the CLI's response to a `print`
    try {
      const { engine } = await open();
      send({ id, result: await call(engine, id, method, params) });
    } catch (error) {
      const data = { is_panic: false, message: error.message, meta: null, error_code: error.code ?? null };
      send({ id, error: { code: CALL_FAILED, message: error.message, data } });
    }
  }
  await (await opening?.catch(() => undefined))?.close();
}

function datamodels() {
  const files = valuesOf('--datamodels');
  return files.length > 0 ? files.map((file) => [path.basename(file), readFileSync(file, 'utf8')]) : undefined;
}

async function call(engine, id, method, params) {
  if (method === 'createMigration') return createMigration(engine, params);
  if (method === 'evaluateDataLoss') return evaluateDataLoss(engine, params);
  if (typeof engine[method] !== 'function') throw new Error(`the method ${method} is not in the WebAssembly engine`);
  const result = await engine[method](params);
  if (method === 'diff' && result.stdout) send({ id: id + 1000, method: 'print', params: { content: result.stdout } });
  return result ?? null;
}

// The WebAssembly engine refuses the next two ("shadow DB must be provided through an external factory"), but can diff.
async function createMigration(engine, params) {
  const { exitCode, stdout } = await diffToSchema(engine, params);
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const slug = params.migrationName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 200);
  const isEmpty = exitCode === 0 && !params.draft;
  return {
    connectorType: 'postgresql',
    generatedMigrationName: slug ? `${stamp}_${slug}` : stamp,
    extension: 'sql',
    migrationScript: isEmpty ? null : stdout,
  };
}

/** Reports whether there are changes, but not which data would be lost: read the SQL before applying it. */
async function evaluateDataLoss(engine, params) {
  const { exitCode } = await diffToSchema(engine, params);
  return { migrationSteps: exitCode === 0 ? 0 : 1, warnings: [], unexecutableSteps: [] };
}

function diffToSchema(engine, { migrationsList, schema, filters }) {
  const from = { tag: 'migrations', ...migrationsList };
  const to = { tag: 'schemaDatamodel', ...schema };
  return engine.diff({ from, to, script: true, exitCode: true, filters });
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
