import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs specs in plain Node processes that load the sources once for all their files. The processes use the code of
 * jest-light-runner, but not its pool: there, a process that starts can take the settings that another one waits for, which
 * then never begins; and one uncaught exception ends the whole run.
 */
export default class SpecRunner {
  constructor(globalConfig) {
    this.globalConfig = globalConfig;
  }

  async runTests(tests, watcher, onStart, onResult, onFailure) {
    const waiting = [...tests];
    const work = async () => {
      let worker;
      for (let test = waiting.shift(); test && !watcher.isInterrupted(); test = waiting.shift()) {
        await onStart(test);
        worker ??= new Worker(this.globalConfig, test.context.config);
        const { result, error } = await worker.run(test.path);
        if (error) await onFailure(test, error);
        else await onResult(test, result);
        if (worker.hasEnded) worker = undefined;
      }
      await worker?.end();
    };
    await Promise.all(Array.from({ length: this.globalConfig.maxWorkers }, work));
  }
}

class Worker {
  hasEnded = false;

  constructor(globalConfig, projectConfig) {
    // specs make many objects that die young: with larger pages for them, a run takes a quarter less CPU time
    const execArgv = [...process.execArgv, '--max-semi-space-size=64'];
    this.child = fork(new URL('worker.mjs', import.meta.url), { execArgv });
    this.exit = once(this.child, 'exit').then(([code, signal]) => {
      this.hasEnded = true;
      const message = `the process of this file ended (${signal ?? `exit code ${code}`}); what it wrote says why`;
      return { error: { message, stack: message } };
    });
    this.child.send({ workerData: { globalConfig, projectConfig, runtime: 'child_process' } });
  }

  /** Returns the result of a file, or the error that kept it from running. */
  async run(path) {
    const answer = once(this.child, 'message').then(([message]) => message);
    this.child.send({ path }, () => undefined); // a process that has ended says so by its exit
    return Promise.race([answer, this.exit]);
  }

  async end() {
    this.child.disconnect();
    const kill = setTimeout(() => this.child.kill('SIGKILL'), 1_000);
    await this.exit;
    clearTimeout(kill);
  }
}
