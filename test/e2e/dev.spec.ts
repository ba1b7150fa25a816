import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from '../support/eventually.js';
import { ROOT } from '../support/services/built-service.js';
import { exitOf, RunningService } from '../support/services/running-service.js';

let service: RunningService;
beforeAll(async () => {
  service = await RunningService.prepare();
});
afterAll(() => service.close());

it('npm run dev serves the sources, restarts when one changes, and stops the service with it', async () => {
  const dev = await service.start({}, process.execPath, ['scripts/dev.ts']);
  let output = '';
  dev.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const starts = (): number => output.split('Tollgate listens').length - 1;
  await eventually(() => starts() === 1);
  await utimes(path.join(ROOT, 'src/main.ts'), new Date(), new Date());
  await eventually(() => starts() === 2);
  expect((await fetch(`${service.base}/health/live`)).status).toBe(200);
  const ended = exitOf(dev);
  dev.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null });
  await expect(fetch(`${service.base}/health/live`)).rejects.toThrow();
});
