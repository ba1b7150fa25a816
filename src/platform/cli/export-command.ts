import { resolve } from 'node:path';
import type { CommandRunner } from 'nest-commander';
import type { ExportQuery } from '../export/download.js';
import { assertWritable, save, type Target } from '../export/save.js';
import type { Sheet } from '../export/sheet.js';
import { DtoCommand } from './command.js';
import { Progress } from './progress.js';

type Commander = Parameters<CommandRunner['setCommand']>[0];

/** Adds the options for writing a file. */
export function withOutput(command: Commander, preset: string): void {
  command.option('--output <file>', `File to write (default: ${preset})`);
  command.option('--force', 'Replace the file if it exists');
}

/** Returns the file that those options name. */
export function targetOf(command: Commander, preset: string): Target {
  const output = (command.getOptionValue('output') as string | undefined) ?? preset;
  return { path: resolve(output), force: command.getOptionValue('force') === true };
}

/** A command that writes a table to a file. */
export abstract class ExportCommand<T extends ExportQuery> extends DtoCommand<T> {
  /** Plural name of the rows; also the default file name. */
  protected abstract readonly what: string;

  /** Returns the table and its number of rows. */
  protected abstract sheet(query: T): Promise<{ sheet: Sheet; total: number }>;

  protected override addOptions(): void {
    super.addOptions();
    withOutput(this.command, `${this.what} with the extension of the format`);
  }

  protected override async execute(query: T): Promise<void> {
    const target = targetOf(this.command, `${this.what}.${query.format}`);
    await assertWritable(target);
    const { sheet, total } = await this.sheet(query);
    const progress = new Progress(this.terminal, this.what);
    try {
      const rows = await save(sheet, query, target, (done) => progress.update(done, total));
      const file = target.path;
      if (this.terminal.isJson) this.terminal.printJson({ file, rows });
      else this.terminal.print(`Wrote ${file} (${this.what}: ${rows}).`);
    } finally {
      progress.stop();
    }
  }
}
