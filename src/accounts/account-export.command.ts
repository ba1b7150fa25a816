import { resolve } from 'node:path';
import { SubCommand } from 'nest-commander';
import { CliCommand, cliActor } from '../platform/cli/command.js';
import { targetOf, withOutput } from '../platform/cli/export-command.js';
import { Progress } from '../platform/cli/progress.js';
import { Terminal } from '../platform/cli/terminal.js';
import { assertWritable, saveStream } from '../platform/export/save.js';
import { AccountExportService } from './account-export.service.js';
import { idOf, USER } from './account-argument.js';

/** `tollgate accounts export`. */
@SubCommand({ name: 'export', ...USER, description: 'Export an account to a zip archive' })
export class AccountsExportCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly exports: AccountExportService,
  ) {
    super(terminal);
  }

  override async run([user]: string[]): Promise<void> {
    const target = targetOf(this.command, 'account.zip');
    await assertWritable(target);
    const { total, archive } = await this.exports.of(cliActor(), idOf(user), 'admin');
    const progress = new Progress(this.terminal, 'rows');
    const all = this.terminal.isWatched ? await total() : 0;
    let rows = 0;
    try {
      await saveStream(() => archive((done) => progress.update((rows = done), all)), target);
      const file = resolve(target.path);
      if (this.terminal.isJson) this.terminal.printJson({ file, rows });
      else this.terminal.print(`Wrote ${file} (rows: ${rows}).`);
    } finally {
      progress.stop();
    }
  }

  protected override addOptions(): void {
    withOutput(this.command, 'account.zip');
  }
}
