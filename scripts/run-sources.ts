/**
 * `node --import ./scripts/run-sources.ts src/main.ts` runs the sources without a build: each file is compiled when it is
 * imported, with the options of .swcrc, and cached by its content. For development and tests.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks, setSourceMapsSupport } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Swc from '@swc/core';

const root = path.resolve(import.meta.dirname, '..');
const sources = ['src/', 'test/', 'web/src/'].map((folder) => `file://${path.join(root, folder)}`);
const cache = path.join(root, 'node_modules/.cache/tollgate-dev');
const options = readFileSync(path.join(root, '.swcrc'), 'utf8');
mkdirSync(cache, { recursive: true });
enableCompileCache(path.join(cache, 'v8'));
setSourceMapsSupport(true);

const isSource = (url: string): boolean => sources.some((folder) => url.startsWith(folder));

registerHooks({
  /** Sources import './x.js'; the file is x.ts. */
  resolve(specifier, context, next) {
    if (!specifier.startsWith('.') || !isSource(context.parentURL ?? '')) return next(specifier, context);
    const url = new URL(specifier, context.parentURL);
    const source = new URL(url.href.replace(/\.js$/, '.ts'));
    return next((existsSync(source) ? source : url).href, context);
  },
  load(url, context, next) {
    const { pathname } = new URL(url);
    if (!isSource(url) || !pathname.endsWith('.ts')) return next(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

function compiled(file: string): string {
  const source = readFileSync(file, 'utf8');
  const digest = createHash('sha256').update(options).update(file).update(source).digest('hex');
  const known = path.join(cache, `${digest}.js`);
  if (existsSync(known)) return readFileSync(known, 'utf8');
  // loaded on demand, because mostly nothing has changed
  const { transformSync } = createRequire(import.meta.url)('@swc/core') as typeof Swc;
  const { code } = transformSync(source, { filename: file, sourceMaps: 'inline', inlineSourcesContent: false });
  // processes of the same run compile at the same time: a reader never sees half a file
  const partial = `${known}.${process.pid}`;
  writeFileSync(partial, code);
  renameSync(partial, known);
  return code;
}
