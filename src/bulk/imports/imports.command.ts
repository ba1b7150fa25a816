import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { OmitType } from '@nestjs/swagger';
import { SubCommand } from 'nest-commander';
import { cliActor, DtoCommand } from '../../platform/cli/command.js';
import { EXIT } from '../../platform/cli/exit-codes.js';
import { Progress } from '../../platform/cli/progress.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { InvalidInput } from '../../platform/errors.js';
import { toWire } from '../../platform/http/view.js';
import { LIMIT_MAX } from '../../platform/http/page.js';
import { ImportBooking } from './import-booking.js';
import { CreditImportLineView, CreditImportQuery, CreditImportView } from './imports.dto.js';
import { CreditImports } from './imports.service.js';

const LINE_COLUMNS: readonly Column[] = [
  ['line', 'line'],
  ['user', 'user_id'],
  ['credits', 'amount'],
  ['state', 'state'],
  ['why', 'error'],
  ['warning', 'warning'],
];

/** The options; the name is that of the file. */
class CreditsImportOrder extends OmitType(CreditImportQuery, ['name', 'dry_run'] as const) {}

/** `tollgate credits import`: exit code 2 when some lines cannot be booked. */
@SubCommand({
  name: 'import',
  arguments: '<file>',
  argsDescription: { file: 'CSV with the columns user_id, amount, reason, source, expires_at, or JSON lines' },
  description: 'Give credits to many accounts from a file; --dry-run only checks it',
})
export class CreditsImportCommand extends DtoCommand<CreditsImportOrder> {
  protected readonly dto = CreditsImportOrder;
  private file = '';

  constructor(
    terminal: Terminal,
    private readonly imports: CreditImports,
    private readonly booking: ImportBooking,
  ) {
    super(terminal);
  }

  override run([file = '']: string[]): Promise<void> {
    this.file = file;
    return super.run([]);
  }

  protected override addOptions(): void {
    super.addOptions();
    this.command.option('--dry-run', 'Only check the file');
  }

  protected override async execute({ mode }: CreditsImportOrder): Promise<void> {
    const query = { mode, name: path.basename(this.file), dry_run: this.command.getOptionValue('dryRun') === true };
    const { result, replayed } = await this.imports.upload(cliActor(), await textOf(this.file), query);
    if (replayed)
      this.terminal.note('This file was imported before: nothing is booked twice.', { idempotency_hit: true });
    if (result.state === 'booking') await this.book(result);
    const done = await this.imports.get(result.id);
    if (done.state === 'failed' || done.invalid + done.refused > 0) this.terminal.exit_code = EXIT.usage;
    await this.tell(done);
  }

  /** Books here and now. Should the command be killed, a worker continues. */
  private async book({ id, ready }: CreditImportView): Promise<void> {
    const progress = new Progress(this.terminal, 'lines');
    let done = 0;
    try {
      await this.booking.book(id, new AbortController().signal, (lines) => progress.update((done += lines), ready));
    } finally {
      progress.stop();
    }
  }

  private async tell(done: CreditImportView): Promise<void> {
    const faults = [];
    for (const state of ['invalid', 'refused'] as const) {
      const { items } = await this.imports.lines(done.id, { state, limit: LIMIT_MAX, count: false });
      faults.push(...items.map((line) => toWire(CreditImportLineView, line)));
    }
    if (this.terminal.isJson) {
      this.terminal.printJson({ ...toWire(CreditImportView, done), faults });
      return;
    }
    this.terminal.printMembers(toWire(CreditImportView, done));
    if (faults.length > 0) this.terminal.printRows(LINE_COLUMNS, faults);
  }
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new InvalidInput([{ field: 'file', message: `cannot be read (${code})` }]);
  });
}
