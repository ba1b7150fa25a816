import { Command, CommandRunner } from 'nest-commander';

/** `tollgate worker`: runs jobs without serving requests. */
@Command({ name: 'worker', description: 'Run jobs without serving requests; Ctrl-C stops it' })
export class WorkerCommand extends CommandRunner {
  override async run(): Promise<void> {
    const [{ runUntilSignal }, { work }, { loadConfig }] = await Promise.all([
      import('../app/signals.js'),
      import('../app/work.js'),
      import('../platform/config/config.js'),
    ]);
    const config = loadConfig();
    await runUntilSignal(config, () => work(config));
  }
}
