import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../test/support/model/seeded-random.ts';
import { freePort } from '../src/platform/embedded/cluster.ts';
import { isReady, launchServer, stop } from './processes.ts';
import { middle } from './results.ts';

const INSTANCES = 3;
const SERVE = ['--enable-source-maps', 'dist/main.js'];
const POLL_MS = 20;
const READY_MAX_MS = 120_000;
const DOWN_MIN_MS = 100;
const DOWN_SPREAD_MS = 300;

/** Some instances of the service, and what befalls them and their database. */
export class Incidents {
  private readonly random: (sides: number) => number;
  private readonly routes: (sides: number) => number;
  private readonly instances: Instance[] = [];
  private killed = 0;
  /** When the database was back after each of its crashes, and how long the next answer took, ms. */
  private readonly crashes: { back: number; answer_ms: number | null }[] = [];

  private readonly crash: () => Promise<void>;

  private constructor(crash: () => Promise<void>, seed: number) {
    this.crash = crash;
    this.random = seededRandom(seed);
    this.routes = seededRandom(seed + 1);
  }

  static async begin(env: Record<string, string>, crash: () => Promise<void>, seed: number): Promise<Incidents> {
    const incidents = new Incidents(crash, seed);
    for (let n = 0; n < INSTANCES; n += 1) incidents.instances.push(new Instance(env, await freePort()));
    for (const instance of incidents.instances) instance.start();
    await Promise.all(incidents.instances.map((instance) => instance.ready()));
    return incidents;
  }

  /** Where the next call goes: to any instance, whether or not it is there. */
  anyPort(): number {
    const instance = this.instances[this.routes(INSTANCES)];
    if (!instance) throw new Error('there are no instances');
    return instance.port;
  }

  noteAnswer(): void {
    const last = this.crashes.at(-1);
    if (last?.answer_ms === null) last.answer_ms = performance.now() - last.back;
  }

  /**
   * Kills instances about evenly over the time, and restarts the database in between. Whoever is killed was ready, and
   * so was another one: on a slow machine it takes longer. Resolves when all instances are ready again.
   */
  async run(kills: number, restarts: number, seconds: number): Promise<void> {
    const restartsAt = new Set(Array.from({ length: restarts }, (_, i) => Math.floor(((i + 0.5) / restarts) * kills)));
    const comebacks: Promise<void>[] = [];
    for (let n = 0; n < kills; n += 1) {
      const even_ms = (seconds * 1_000) / kills;
      await pause(even_ms / 2 + this.random(even_ms));
      if (restartsAt.has(n)) await this.restartDatabase();
      comebacks.push(...(await this.kill()));
    }
    await Promise.all(comebacks);
    await Promise.all(this.instances.map((instance) => instance.ready()));
  }

  /** Ends the instances in good order. Tells what happened. */
  async end(): Promise<string[]> {
    const restarts_ms = this.instances.flatMap(({ starts_ms }) => starts_ms.slice(1));
    await Promise.all(this.instances.map((instance) => instance.stop()));
    const seconds = (ms: number): string => (ms / 1_000).toFixed(2);
    const { median, max } = middle(restarts_ms);
    const answers = this.crashes.map(({ answer_ms }) => (answer_ms === null ? 'never' : `${answer_ms.toFixed(0)} ms`));
    return [
      `${this.killed} x SIGKILL; from start to ready again: median ${seconds(median)} s, at most ${seconds(max)} s`,
      `${this.crashes.length} x restart of PostgreSQL; next answer after it was back: ${answers.join(', ')}`,
    ];
  }

  /** Kills one of those that are ready. The result is to be awaited later: its next start. */
  private async kill(): Promise<Promise<void>[]> {
    const instance = await this.readyOne();
    this.killed += 1;
    await instance.kill();
    return [pause(DOWN_MIN_MS + this.random(DOWN_SPREAD_MS)).then(() => instance.start())];
  }

  private async readyOne(): Promise<Instance> {
    const from = performance.now();
    for (;;) {
      const flags = await Promise.all(this.instances.map(({ port }) => isReady(port)));
      const ready = this.instances.filter((_, i) => flags[i]);
      const chosen = ready[this.random(ready.length)];
      if (ready.length > 1 && chosen) return chosen;
      if (performance.now() - from > READY_MAX_MS) throw new Error('the instances did not become ready');
      await pause(POLL_MS);
    }
  }

  private async restartDatabase(): Promise<void> {
    await this.crash();
    this.crashes.push({ back: performance.now(), answer_ms: null });
  }
}

/** One process of the service after the other, on one port. */
class Instance {
  /** From start to ready, of each start that came that far. */
  readonly starts_ms: number[] = [];
  private child: ChildProcess | null = null;

  private readonly env: Record<string, string>;
  readonly port: number;

  constructor(env: Record<string, string>, port: number) {
    this.env = env;
    this.port = port;
  }

  start(): void {
    if (this.child) return; // killed twice while it was down
    this.child = launchServer(SERVE, this.env, this.port);
    void this.measure(this.child, performance.now());
  }

  async kill(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child) return;
    if (child.exitCode !== null) throw new Error(`an instance ended by itself with code ${child.exitCode}`);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async ready(): Promise<void> {
    const from = performance.now();
    while (!this.child || !(await isReady(this.port))) {
      if (performance.now() - from > READY_MAX_MS) throw new Error('an instance did not become ready');
      await pause(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    if (this.child) await stop(this.child);
  }

  private async measure(child: ChildProcess, from: number): Promise<void> {
    while (this.child === child && !(await isReady(this.port))) await pause(POLL_MS);
    if (this.child === child) this.starts_ms.push(performance.now() - from);
  }
}
