import { Command, CommandRunner } from 'nest-commander';

/** `tollgate worker`: works on jobs and serves nothing. */
@Command({ name: 'worker', description: 'Work on jobs without serving requests; Ctrl-C stops it' })
export class WorkerCommand extends CommandRunner {
  override async run(): Promise<void> {
    const [{ runUntilSignal }, { work }, { loadConfig }] = await Promise.all([
      import('./app.signals.js'),
      import('./app.work.js'),
      import('./platform/config.js'),
    ]);
    const config = loadConfig();
    await runUntilSignal(config, () => work(config));
  }
}
