/**
 * `npm run image [folder]`: creates the content of the image without Docker, prints its size, and verifies that it
 * serves: migrated and started by the user `nobody` (if run by root), without a writable folder, on a scratch database.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IMAGE_FILES, INSTALL } from './image-files.ts';
import { withScratchDatabase } from './scratch-database.ts';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.resolve(process.argv[2] ?? path.join(root, '.image'));
const READY_MAX_MS = 60_000;
const POLL_MS = 200;

run('node', ['scripts/build-if-stale.ts'], root);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const file of ['package.json', 'package-lock.json']) cpSync(path.join(root, file), path.join(folder, file));
run('sh', ['-c', INSTALL], folder);
rmSync(path.join(folder, 'package-lock.json'));
for (const file of IMAGE_FILES) cpSync(path.join(root, file), path.join(folder, file), { recursive: true });
run('chmod', ['-R', 'a-w,a+rX', folder], root);
console.log(`${folder}: ${sizeOf('.')}, packages ${sizeOf('node_modules')}, service ${sizeOf('dist')}`);
await withScratchDatabase(prove);

async function prove(url: string): Promise<void> {
  const port = await freePort();
  const secrets = { DATABASE_URL: url, JWT_SECRET: 'of this proof alone '.repeat(2) };
  const nowhere = { HOME: '/nonexistent', TMPDIR: '/nonexistent', PATH: process.env['PATH'] };
  const env = {
    ...secrets,
    ...nowhere,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    PRICE_SYNC: 'off',
  };
  const migrated = spawnSync(...asNobody('dist/cli.js', 'schema', 'migrate'), { cwd: folder, env, encoding: 'utf8' });
  if (migrated.status !== 0) fail(`schema migrate failed:\n${migrated.stdout}${migrated.stderr}`);
  const [command, args] = asNobody('dist/main.js');
  const started = performance.now();
  const service = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [service.stdout, service.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => service.once('exit', resolve));
  const isReady = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.status === 200;
  while (!(await isReady())) {
    if (service.exitCode !== null || performance.now() - started > READY_MAX_MS) fail(`it does not serve:\n${output}`);
    await sleep(POLL_MS);
  }
  console.log(`serves ${((performance.now() - started) / 1000).toFixed(1)} s after its start`);
  service.kill('SIGINT');
  if ((await ended) !== 0) fail(`it did not shut down cleanly:\n${output}`);
}

function asNobody(...args: string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [process.execPath, args];
  return ['setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', process.execPath, ...args]];
}

function sizeOf(part: string): string {
  const { stdout } = spawnSync('du', ['-sm', path.join(folder, part)], { encoding: 'utf8' });
  return `${stdout.split('\t')[0] ?? '?'} MB`;
}

function run(command: string, args: string[], cwd: string): void {
  const { status } = spawnSync(command === 'node' ? process.execPath : command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
