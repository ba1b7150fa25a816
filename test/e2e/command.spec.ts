import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort, runningServer } from '../../src/platform/embedded/cluster.js';
import { ROOT } from '../support/services/built-service.js';
import { eventually } from '../support/eventually.js';

describe('the built command', () => {
  let home: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'tollgate-cli-'));
    await chmod(home, 0o711);
    const { PATH, HOME } = process.env;
    env = { PATH, HOME, ENV_FILE: '/dev/null', DATA_DIR: path.join(home, 'data'), PORT: String(await freePort()) };
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  // from a folder that is not the project's, where npx would look for a package of that name
  const launch = (...argv: string[]) => spawn(path.join(ROOT, 'tollgate'), argv, { cwd: home, env });

  async function tollgate(...argv: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = launch(...argv);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  }

  it('prints help, and a closed pipe is not an error', async () => {
    expect(await tollgate('--help')).toMatchObject({ code: 0, stderr: '' });
    const child = launch('--help');
    child.stdout.destroy();
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });

  it('works through a link, and an npm script runs the OpenRouter stand-in', async () => {
    await symlink(path.join(ROOT, 'tollgate'), path.join(home, 'tollgate'));
    const linked = spawn(path.join(home, 'tollgate'), ['--version'], { cwd: home, env });
    expect(await new Promise((resolve) => linked.once('exit', resolve))).toBe(0);

    const port = await freePort();
    const standIn = spawn('npm', ['run', '-s', 'stand-in', '--', '--port', String(port)], { cwd: ROOT, env });
    let output = '';
    standIn.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await eventually(() => output.includes('npm start'));
    const [, base] = /OPENROUTER_BASE_URL=(\S+) OPENROUTER_API_KEY=sk-or-v1-\S+ npm start/.exec(output) ?? [];
    expect((await fetch(`${base}/models`)).status).toBe(200);
    standIn.kill('SIGTERM');
    await new Promise((resolve) => standIn.once('exit', resolve));
    await expect(fetch(`${base}/models`)).rejects.toThrow();
  });

  it('never creates a database, but says what to do if there is none', async () => {
    const run = await tollgate('credits', 'show', 'bob', '--json');
    expect(run).toMatchObject({ code: 6, stdout: '' });
    expect(JSON.parse(run.stderr)).toMatchObject({ code: 'no_database', exit_code: 6 });
    expect(await runningServer(path.join(home, 'data', 'postgres'))).toBeNull();
  });

  it('uses the embedded database of a running service, and otherwise starts and stops it', async () => {
    const dir = path.join(home, 'data', 'postgres');
    const base = `http://127.0.0.1:${env.PORT!}`;
    const service = launch('serve');
    try {
      const deadline = Date.now() + 100_000;
      while ((await fetch(`${base}/health/ready`).catch(() => null))?.status !== 200) {
        if (service.exitCode !== null || Date.now() > deadline) throw new Error('the service did not start');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const token = (await tollgate('token', 'issue', '--user', 'bob', '--role', 'user')).stdout.trim();
      const answer = await fetch(`${base}/api/v1/credits/balance`, { headers: { authorization: `Bearer ${token}` } });
      const beside = await tollgate('credits', 'show', 'bob', '--json');
      // the interface tells clients of earlier services more, by other names
      expect(await answer.json()).toMatchObject(JSON.parse(beside.stdout) as object);
    } finally {
      service.kill('SIGTERM');
      await new Promise((resolve) => service.once('exit', resolve));
    }
    expect(service.exitCode).toBe(0);
    expect(await runningServer(dir)).toBeNull();
    const alone = await tollgate('credits', 'show', 'bob', '--json');
    expect([alone.code, alone.stderr]).toEqual([0, '']);
    expect(JSON.parse(alone.stdout)).toMatchObject({ user_id: 'bob', balance: '5.000000' });
    expect(await tollgate('schema', 'check')).toMatchObject({
      code: 0,
      stdout: 'The database is in sync with this release.\n',
    });
    expect(await runningServer(dir)).toBeNull();
  });
});
