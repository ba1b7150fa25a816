/**
 * `node --import ./scripts/run-sources.ts src/main.ts` runs the sources without a build: each file is compiled when it is
 * imported, with the options of .swcrc, and cached by its content. For development only (`npm run dev`).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const root = path.resolve(import.meta.dirname, '..');
const sources = path.join(root, 'src') + path.sep;
const cache = path.join(root, 'node_modules/.cache/tollgate-dev');
const options = readFileSync(path.join(root, '.swcrc'), 'utf8');
mkdirSync(cache, { recursive: true });

registerHooks({
  /** Sources import './x.js'; the file is x.ts. */
  resolve(specifier, context, next) {
    const isOurs = specifier.startsWith('.') && context.parentURL?.startsWith(`file://${sources}`);
    return next(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
  load(url, context, next) {
    if (!url.startsWith(`file://${sources}`) || !url.endsWith('.ts')) return next(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

function compiled(file: string): string {
  const source = readFileSync(file, 'utf8');
  const digest = createHash('sha256').update(options).update(file).update(source).digest('hex');
  const known = path.join(cache, `${digest}.js`);
  if (existsSync(known)) return readFileSync(known, 'utf8');
  const { code } = transformSync(source, { filename: file, sourceMaps: 'inline' });
  writeFileSync(known, code);
  return code;
}
