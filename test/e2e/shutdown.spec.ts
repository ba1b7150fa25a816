import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { eventually } from '../support/eventually.js';
import { END_LEASES } from '../support/leases.js';
import { exitOf, RunningService } from '../support/services/running-service.js';

const OPEN = 'SELECT user_id, status, work_id FROM credit_holds WHERE lease_until IS NOT NULL';

describe('a service that is shutting down', () => {
  let s: RunningService;
  let agent: Agent;
  let service: ChildProcess;

  beforeAll(async () => {
    s = await RunningService.prepare({ JOBS: 'off' });
  });
  afterAll(() => s.close());
  beforeEach(() => {
    agent = new Agent({ keepAlive: true });
    s.openrouter.reset();
  });
  afterEach(() => {
    agent.destroy();
    service.kill('SIGKILL');
  });

  /** The status of a path and what the answer says of its connection, on a connection that is kept where it may be. */
  const get = (path: string): Promise<{ status: number | undefined; connection: string | undefined }> =>
    new Promise((resolve, reject) => {
      const call = request(`${s.base}${path}`, { agent }, (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
      });
      call.on('error', reject);
      call.end();
    });
  const isClosed = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(s.port, '127.0.0.1', () => resolve(!socket.destroy()));
      socket.on('error', () => resolve(true));
    });
  const streams = () => s.rows(OPEN);

  it('reports it to load balancers, and serves until the listener closes', async () => {
    service = await s.start({ SHUTDOWN_DELAY_S: '5' });
    expect(await get('/health/live')).toEqual({ status: 200, connection: 'keep-alive' });
    const ended = exitOf(service);
    const started = performance.now();
    service.kill('SIGTERM');
    await eventually(async () => (await get('/health/ready')).status === 503);
    expect(await (await fetch(`${s.base}/health/ready`)).json()).toMatchObject({ code: 'shutting_down' });
    const token = await s.tokenFor('late');
    const balance = await fetch(`${s.base}/api/v1/credits/balance`, { headers: { authorization: `Bearer ${token}` } });
    expect(balance.status).toBe(200);
    // the balancer is told to come on another connection next time, which leads elsewhere
    expect(await get('/health/live')).toEqual({ status: 200, connection: 'close' });
    expect(performance.now() - started).toBeLessThan(4_900);
    await eventually(isClosed);
    expect(performance.now() - started).toBeGreaterThan(4_900);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - started).toBeLessThan(12_000);
  });

  it('completes and charges running streams, and does not wait for idle connections', async () => {
    service = await s.start({ SHUTDOWN_DELAY_S: '0' });
    const silent = connect(s.port, '127.0.0.1');
    await get('/health/live');
    const answer = await s.chat('patient', { output_tokens: 6, token_ms: 150 });
    const ended = exitOf(service);
    const started = performance.now();
    service.kill('SIGTERM');
    await eventually(isClosed);
    const text = await answer.text();
    expect(text).toContain(': cost ');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - started).toBeLessThan(12_000);
    silent.destroy();
    expect(await s.rows(`SELECT output_tokens FROM usage_events WHERE user_id = 'patient'`)).toEqual([
      { output_tokens: 6 },
    ]);
    expect(await streams()).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('aborts and hands over what outlasts the grace (%s)', async (signal) => {
    service = await s.start({ SHUTDOWN_DELAY_S: '0', SHUTDOWN_GRACE_S: '1' });
    const user_id = `slow-${signal}`;
    const stalled = await s.chat(user_id, { stall_after: 3 });
    const silent = s.chat(`${user_id}-unanswered`, { hang: true }, false);
    await eventually(async () => (await streams()).length === 2);
    await eventually(async () => (await streams()).some(({ work_id }) => work_id !== null));
    const ended = exitOf(service);
    service.kill(signal);
    // the client is told, in the stream or by a status
    expect(await stalled.text()).toMatch(/"code":"shutting_down"[^]*$/);
    expect((await silent).status).toBe(503);
    expect(await ended).toEqual({ code: 0, signal: null });
    // what the provider made is not known yet: the hold waits for whoever asks; what it never began is given back
    expect(await streams()).toEqual([{ user_id, status: 'active', work_id: expect.any(String) }]);

    service = await s.start({ JOBS: 'on', SHUTDOWN_DELAY_S: '0' });
    await eventually(async () => {
      await s.rows(END_LEASES);
      return (await streams()).length === 0;
    });
    expect(await s.rows('SELECT output_tokens FROM usage_events WHERE user_id = $1', user_id)).toEqual([
      { output_tokens: 3 },
    ]);
    expect(
      await s.rows('SELECT status FROM credit_holds WHERE user_id LIKE $1 ORDER BY user_id', `${user_id}%`),
    ).toEqual([{ status: 'captured' }, { status: 'released' }]);
  });

  it('ends the grace on a second signal, and still hands over', async () => {
    service = await s.start({ SHUTDOWN_DELAY_S: '20' });
    const stalled = await s.chat('hasty', { stall_after: 2 });
    await eventually(async () => (await streams()).some(({ work_id }) => work_id !== null));
    const ended = exitOf(service);
    const started = performance.now();
    service.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 1_200)); // sooner it is the same signal twice
    service.kill('SIGTERM');
    expect(await stalled.text()).toContain('"code":"shutting_down"');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - started).toBeLessThan(12_000);
    expect(await streams()).toEqual([{ user_id: 'hasty', status: 'active', work_id: expect.any(String) }]);
    await s.rows('UPDATE credit_holds SET lease_until = NULL');
  });

  it('skips the delay on Ctrl-C', async () => {
    service = await s.start({ SHUTDOWN_DELAY_S: '20' });
    const ended = exitOf(service);
    const started = performance.now();
    service.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - started).toBeLessThan(12_000);
  });

  it('logs debug lines from one SIGUSR2 to the next', async () => {
    service = await s.start({ LOG_LEVEL: 'warn', SHUTDOWN_DELAY_S: '0' });
    let log = '';
    service.stdout?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await get('/health/live');
    service.kill('SIGUSR2');
    await eventually(() => log.includes('the log level is debug'));
    expect(log).not.toContain('/health/live');
    await get('/health/live');
    await eventually(() => log.includes('/health/live'));
    service.kill('SIGUSR2');
    await eventually(() => log.includes('the log level is warn'));
    const before = log.length;
    await get('/health/live');
    await get('/health/ready');
    expect(log.slice(before)).toBe('');
  });
});
