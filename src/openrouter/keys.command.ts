import { readFile } from 'node:fs/promises';
import { ApiProperty } from '@nestjs/swagger';
import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { EXIT } from '../platform/cli/exit-codes.js';
import { Progress } from '../platform/cli/progress.js';
import { Terminal } from '../platform/cli/terminal.js';
import { InvalidInput } from '../platform/errors.js';
import { IsText } from '../platform/wire-decorators.js';
import { fernetKey } from './fernet.js';
import { FernetImport, type ImportReport } from './fernet-import.js';
import { KeyRotation } from './key-rotation.js';

/** `tollgate keys rotate`: exit code 1 when a stored key could not be read. */
@SubCommand({
  name: 'rotate',
  description: "Encrypt users' stored keys with the first key of ENCRYPTION_KEYS; older ones can be dropped afterwards",
})
export class KeysRotateCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly rotation: KeyRotation,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    const progress = new Progress(this.terminal, 'keys');
    const report = await this.rotation
      .rotate(cliActor(), (done, total) => progress.update(done, total))
      .finally(() => progress.stop());
    const { key_id, rotated, unreadable } = report;
    if (unreadable.length > 0) this.terminal.exit_code = EXIT.unexpected;
    if (this.terminal.isJson) {
      this.terminal.printJson(report);
      return;
    }
    this.terminal.print(`${rotated} encrypted anew. Key ${key_id} is the one in use.`);
    if (unreadable.length === 0) return;
    this.terminal.print(`Not readable with ENCRYPTION_KEYS, and left as they are: ${unreadable.join(', ')}`);
  }
}

/** Where the tokens and their key are. */
class FernetOrder {
  @ApiProperty({
    description: 'File with a JSON object per line: user_id, api_key_encrypted and email',
    type: 'string',
  })
  @IsText({ min_length: 1 })
  file!: string;

  @ApiProperty({ description: 'File that holds the Fernet key of the old system', type: 'string' })
  @IsText({ min_length: 1 })
  key_file!: string;
}

/** `tollgate keys import-fernet`: the key comes from a file, since every user of the machine can read arguments. */
@SubCommand({
  name: 'import-fernet',
  arguments: '<file>',
  argsDescription: { file: 'File with a JSON object per line: user_id, api_key_encrypted and perhaps email' },
  description: "Take over users' keys of OpenRouter that the old system stored as Fernet tokens",
})
export class KeysImportFernetCommand extends DtoCommand<FernetOrder> {
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
      throw new InvalidInput([{ field: '--key-file', message: 'must hold a Fernet key: 32 bytes in base64url' }]);
    const lines = (await textOf('file', file)).trimEnd().split('\n');
    const progress = new Progress(this.terminal, 'lines');
    const report = await this.fernet
      .import(cliActor(), key, lines, (done, total) => progress.update(done, total))
      .finally(() => progress.stop());
    this.tell(report);
  }

  private tell(report: ImportReport): void {
    const { imported, kept, faults } = report;
    if (faults.length > 0) this.terminal.exit_code = EXIT.usage;
    if (this.terminal.isJson) {
      this.terminal.printJson(report);
      return;
    }
    this.terminal.print(`${imported} imported, ${kept} left as they were, ${faults.length} not usable.`);
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

/** `tollgate keys`. */
@Command({
  name: 'keys',
  description: "Look after the encryption of users' own keys",
  subCommands: [KeysRotateCommand, KeysImportFernetCommand],
})
export class KeysCommand extends CommandGroup {}
