import { readFile } from 'node:fs/promises';
import { ApiProperty } from '@nestjs/swagger';
import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { EXIT } from '../platform/cli/exit-codes.js';
import { Progress } from '../platform/cli/progress.js';
import { Terminal } from '../platform/cli/terminal.js';
import { InvalidInput } from '../platform/errors.js';
import { KeyRing } from '../platform/secrets/key-ring.js';
import { SealedStores } from '../platform/secrets/sealed-stores.js';
import { IsText } from '../platform/values/wire-decorators.js';
import { fernetKey } from './fernet.js';
import { FernetImport, type ImportReport } from './fernet-import.js';

/** `tollgate encryption rotate`: exit code 1 when a stored secret cannot be decrypted. */
@SubCommand({
  name: 'rotate',
  description:
    "Re-encrypt users' stored keys and the secrets of webhooks with the first key of ENCRYPTION_KEYS; the older ones can then be removed",
})
export class EncryptionRotateCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly stores: SealedStores,
    private readonly ring: KeyRing,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    const progress = new Progress(this.terminal, 'secrets');
    const { current_id: key_id } = this.ring;
    const { rotated, unreadable } = await this.stores
      .rotate(cliActor(), (done, total) => progress.update(done, total))
      .finally(() => progress.stop());
    if (unreadable.length > 0) this.terminal.exit_code = EXIT.unexpected;
    if (this.terminal.isJson) {
      this.terminal.printJson({ key_id, rotated, unreadable });
      return;
    }
    this.terminal.print(`${rotated} secrets re-encrypted with key ${key_id}.`);
    if (unreadable.length === 0) return;
    this.terminal.print(`Cannot be decrypted with ENCRYPTION_KEYS and left unchanged: ${unreadable.join(', ')}`);
  }
}

/** Files for the import. */
class FernetOrder {
  @ApiProperty({
    description: 'File with one JSON object per line: user_id, api_key_encrypted and optionally email',
    type: 'string',
  })
  @IsText({ min_length: 1 })
  file!: string;

  @ApiProperty({ description: 'File with the Fernet key of the previous system', type: 'string' })
  @IsText({ min_length: 1 })
  key_file!: string;
}

/** `tollgate encryption import-fernet`: the key is read from a file, because other users of the machine can see arguments. */
@SubCommand({
  name: 'import-fernet',
  arguments: '<file>',
  argsDescription: { file: 'File with one JSON object per line: user_id, api_key_encrypted and optionally email' },
  description: "Import users' OpenRouter keys that the previous system stored as Fernet tokens",
})
export class EncryptionImportFernetCommand extends DtoCommand<FernetOrder> {
  protected readonly dto = FernetOrder;
  protected override readonly argument = 'file';

  constructor(
    terminal: Terminal,
    private readonly fernet: FernetImport,
  ) {
    super(terminal);
  }

  protected override async execute({ file, key_file }: FernetOrder): Promise<void> {
    const key = fernetKey((await textOf('key_file', key_file)).trim());
    if (!key)
      throw new InvalidInput([{ field: '--key-file', message: 'must contain a Fernet key: 32 bytes in base64url' }]);
    const lines = (await textOf('file', file)).trimEnd().split('\n');
    const progress = new Progress(this.terminal, 'lines');
    const report = await this.fernet
      .import(cliActor(), key, lines, (done, total) => progress.update(done, total))
      .finally(() => progress.stop());
    this.printReport(report);
  }

  private printReport(report: ImportReport): void {
    const { imported, kept, faults } = report;
    if (faults.length > 0) this.terminal.exit_code = EXIT.usage;
    if (this.terminal.isJson) {
      this.terminal.printJson(report);
      return;
    }
    this.terminal.print(`${imported} imported, ${kept} already present, ${faults.length} invalid.`);
    for (const { line, message } of faults) this.terminal.print(`line ${line}: ${message}`);
  }
}

async function textOf(field: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InvalidInput([
      { field, message: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` },
    ]);
  }
}

/** `tollgate encryption`. */
@Command({
  name: 'encryption',
  description: 'Manage the encryption of stored secrets',
  subCommands: [EncryptionRotateCommand, EncryptionImportFernetCommand],
})
export class EncryptionCommand extends CommandGroup {}
