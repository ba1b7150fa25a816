/**
 * `node --import ./scripts/run-sources.ts src/main.ts` runs the sources without a build: each file is compiled when it is
 * imported, with the options of .swcrc, and cached by its content. For development only (`npm run dev`).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks, setSourceMapsSupport } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Swc from '@swc/core';

const root = path.resolve(import.meta.dirname, '..');
const sources = `file://${path.join(root, 'src')}/`;
const cache = path.join(root, 'node_modules/.cache/tollgate-dev');
const options = readFileSync(path.join(root, '.swcrc'), 'utf8');
mkdirSync(cache, { recursive: true });
enableCompileCache(path.join(cache, 'v8'));
setSourceMapsSupport(true);

registerHooks({
  /** Sources import './x.js'; the file is x.ts. */
  resolve(specifier, context, next) {
    if (!specifier.startsWith('.') || !context.parentURL?.startsWith(sources)) return next(specifier, context);
    const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL).href;
    return { url, format: 'module', shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.startsWith(sources) || !url.endsWith('.ts')) return next(url, context);
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
  writeFileSync(known, code);
  return code;
}
