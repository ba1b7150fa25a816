import { Command, CommandRunner } from 'nest-commander';

/** `tollgate serve`: like `npm start`, but without a build. */
@Command({ name: 'serve', description: 'Start the service; Ctrl-C stops it' })
export class ServeCommand extends CommandRunner {
  override async run(): Promise<void> {
    await import('../main.js');
  }
}
