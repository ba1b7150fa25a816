/**
 * Builds the service (dist/) and the dashboard (web/dist/) if their sources have changed since the last build, and takes a few milliseconds otherwise. `--force`
 * always builds. It compares contents instead of timestamps, which git and npm change. Messages go to stderr, so that
 * the output of a command started through it stays clean.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const clientStamp = path.join(root, 'src/generated/prisma/.stamp');
const distStamp = path.join(root, 'dist/.stamp');
const webStamp = path.join(root, 'web/dist/.stamp');

const clientSources = hashOf(['prisma/schema.prisma', 'prisma/*.{ts,mjs}', 'prisma.config.ts', 'package-lock.json']);
const hashAll = () => hashOf(['src/**/*.ts', '.swcrc'], clientSources);

const webSources = hashOf([
  'web/*.{ts,html}',
  'web/src/**/*.{ts,tsx,css,json}',
  'web/public/*',
  'openapi.json',
  'package-lock.json',
]);

const force = process.argv.includes('--force');
const clientIsStale = force || read(clientStamp) !== clientSources;
const distIsStale = force || read(distStamp) !== hashAll() || !existsSync(path.join(root, 'dist/main.js'));
const webIsStale = force || read(webStamp) !== webSources;

if (clientIsStale || distIsStale || webIsStale) {
  const started = performance.now();
  process.stderr.write('Building: sources have changed since the last build\n');
  if (clientIsStale) {
    runTool('prisma', ['generate', '--no-hints']);
    mark(clientStamp, clientSources);
  }
  if (clientIsStale || distIsStale) {
    await compile();
    // Hashed again, because generating can change files under src.
    mark(distStamp, hashAll());
  }
  if (webIsStale) {
    run('web/generate.ts');
    runTool('vite', ['build', '--config', 'web/vite.config.ts', '--logLevel', 'warn']);
    mark(webStamp, webSources);
  }
  process.stderr.write(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

/**
 * Compiles src/ to dist/ with the options of .swcrc, without type checking. A failed build leaves the previous one
 * unchanged.
 */
async function compile(): Promise<void> {
  const { transformFile } = await import('@swc/core');
  const files = globSync('src/**/*.ts', { cwd: root, exclude: (name) => name.endsWith('.spec.ts') });
  const fresh = path.join(root, 'dist.new');
  rmSync(fresh, { recursive: true, force: true });
  const compileOne = async (file: string): Promise<void> => {
    const target = path.join(fresh, file.replace(/^src/, '').replace(/\.ts$/, '.js'));
    const { code, map = '' } = await transformFile(path.join(root, file), { outputPath: target });
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `${code}\n//# sourceMappingURL=${path.basename(target)}.map\n`);
    writeFileSync(`${target}.map`, map);
  };
  try {
    await Promise.all(files.map(compileOne));
  } catch (error) {
    fail(`The sources cannot be compiled:\n${(error as Error).message}`);
  }
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  renameSync(fresh, path.join(root, 'dist'));
}

function hashOf(patterns: string[], seed = ''): string {
  const hash = createHash('sha256').update(seed);
  const exclude = (name: string) => /generated\/prisma|\.spec\.ts$|\.gen\.ts$/.test(name);
  for (const file of globSync(patterns, { cwd: root, exclude }).sort()) {
    hash.update(`\n${file}\n`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}

function read(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function mark(file: string, stamp: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, stamp);
}

function runTool(name: string, args: string[]): void {
  const executable = path.join(root, 'node_modules/.bin', name);
  if (!existsSync(executable)) fail(`${name} is not installed: run "npm ci" first`);
  run(executable, ...args);
}

/** Runs a script with the Node that runs this file; the one on the PATH can be too old for the tools. */
function run(...script: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8' });
  if (status !== 0) fail(`${script.join(' ')} failed:\n${stdout}${stderr}`);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
