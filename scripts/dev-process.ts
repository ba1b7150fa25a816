/** A process of `npm run dev`: loads all packages in advance, then the sources and the service when scripts/dev.ts says so. */
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const IMPORTED = /^(?:import|export)(?! type)[\w\s{},*]+ from '([^.'][^']*)'/gm;

/** Returns the packages that the sources import, except where they import one on demand, or its data. */
function packages(): Set<string> {
  const files = globSync('src/**/*.ts', { cwd: ROOT, exclude: (name) => name.endsWith('.spec.ts') });
  const names = files.flatMap((file) => [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(IMPORTED)]);
  return new Set(names.map(([, name = '']) => name).filter((name) => !name.endsWith('.json')));
}

// scripts/dev.ts is gone
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

for (const name of packages()) await import(name);
await once(process, 'message'); // a source has changed
await import('../src/app/serve.ts');
await once(process, 'message'); // the previous process has stopped
await import('../src/main.ts');
if (process.exitCode !== undefined) process.exit(); // it could not start, and has said why
process.send?.('serves');
