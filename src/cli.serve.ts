import { Command, CommandRunner } from 'nest-commander';

/** `tollgate serve`: the same as `npm start`, without a build. */
@Command({ name: 'serve', description: 'Start the service; Ctrl-C stops it' })
export class ServeCommand extends CommandRunner {
  override async run(): Promise<void> {
    await import('./main.js');
  }
}
