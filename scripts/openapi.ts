/**
 * Generates openapi.json from the decorators of the built code; needs no database. With `--check` it writes nothing and
 * fails if the file does not match the code. It also fails if two classes have the same name. Imports dist/, because
 * Node cannot strip decorators from the sources.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { createApp as CreateApp } from '../src/app/setup.ts';
import type { loadConfig as LoadConfig } from '../src/platform/config/config.ts';
import type { documentOf as DocumentOf } from '../src/app/document.ts';
import type { checkDocument as CheckDocument } from '../src/platform/http/openapi/openapi.ts';

const root = path.resolve(import.meta.dirname, '..');
const file = path.join(root, 'openapi.json');
const CLASS = /^(?:export )?(?:abstract )?class (\w+)/gm;

const built = spawnSync(process.execPath, [path.join(root, 'scripts/build-if-stale.ts')], { stdio: 'inherit' });
if (built.status !== 0) process.exit(1);

const { createApp } = (await fromDist('app/setup.js')) as { createApp: typeof CreateApp };
const { loadConfig } = (await fromDist('platform/config/config.js')) as { loadConfig: typeof LoadConfig };
const { documentOf } = (await fromDist('app/document.js')) as { documentOf: typeof DocumentOf };
const { checkDocument } = (await fromDist('platform/http/openapi/openapi.js')) as {
  checkDocument: typeof CheckDocument;
};

refuseDoubledClasses();
// nothing is connected and no token is verified, so any values work
const config = loadConfig({
  LOG_LEVEL: 'error',
  JWT_SECRET: 'x'.repeat(32),
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
});
const app = await createApp(config);
const document = documentOf(app);
checkDocument(document);
const made = `${JSON.stringify(document, null, 2)}\n`;
await app.close();

const found = existsSync(file) ? readFileSync(file, 'utf8') : '';
if (!process.argv.includes('--check')) {
  writeFileSync(file, made);
  console.log(found === made ? 'openapi.json is up to date' : 'openapi.json was written');
} else if (found !== made) {
  console.error(`openapi.json does not match the code; the first difference is in line ${String(firstDifference())}.`);
  console.error("To fix: npm run openapi, review the difference from a client's view, and commit it.");
  process.exitCode = 1;
}

function fromDist(module: string): Promise<unknown> {
  return import(path.join(root, 'dist', module));
}

function firstDifference(): number {
  const lines = made.split('\n');
  const at = found.split('\n').findIndex((line, index) => line !== lines[index]);
  return (at === -1 ? lines.length : at) + 1;
}

/** Fails if two classes share a name: schemas are named by class, so only one of them would be in the document. */
function refuseDoubledClasses(): void {
  const files = new Map<string, string[]>();
  for (const file of globSync('src/**/*.ts', { cwd: root, exclude: ['src/**/*.spec.ts', 'src/generated/prisma/**'] })) {
    for (const [, name = ''] of readFileSync(path.join(root, file), 'utf8').matchAll(CLASS)) {
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  const doubled = [...files].filter(([, places]) => places.length > 1);
  if (doubled.length === 0) return;
  for (const [name, places] of doubled)
    console.error(`There are ${places.length} classes ${name}: ${places.join(', ')}.`);
  console.error('To fix: rename one of them; a schema in openapi.json has the name of its class.');
  process.exit(1);
}
