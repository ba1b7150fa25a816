import { resolve } from 'node:path';
import type { ExportQuery } from '../export/download.js';
import { save } from '../export/save.js';
import type { Sheet } from '../export/sheet.js';
import { DtoCommand } from './command.js';
import { Progress } from './progress.js';

/** A command that writes a table to a file. */
export abstract class ExportCommand<T extends ExportQuery> extends DtoCommand<T> {
  /** What the rows are, in the plural; also the file's name where none is given. */
  protected abstract readonly what: string;

  /** The table, and how many rows it has. */
  protected abstract sheet(query: T): Promise<{ sheet: Sheet; total: number }>;

  protected override addOptions(): void {
    super.addOptions();
    this.command.option('--output <file>', `File to write (default: ${this.what} and the ending of the format)`);
  }

  protected override async execute(query: T): Promise<void> {
    const file = resolve(
      (this.command.getOptionValue('output') as string | undefined) ?? `${this.what}.${query.format}`,
    );
    const { sheet, total } = await this.sheet(query);
    const progress = new Progress(this.terminal, this.what);
    try {
      const rows = await save(sheet, query.format, file, (done) => progress.update(done, total));
      if (this.terminal.isJson) this.terminal.printJson({ file, rows });
      else this.terminal.print(`Wrote ${file} (${this.what}: ${rows}).`);
    } finally {
      progress.stop();
    }
  }
}
