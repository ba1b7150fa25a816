import { readFile } from 'node:fs/promises';
import { ApiProperty, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { Command, SubCommand } from 'nest-commander';
import { ApiKeyRow } from '../generated/rows.js';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { EXIT } from '../platform/cli/exit-codes.js';
import { Progress } from '../platform/cli/progress.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { isUuid } from '../platform/database/uuid.js';
import { InvalidInput, NotFound } from '../platform/errors.js';
import { PageQuery } from '../platform/http/page.js';
import { IsText } from '../platform/values/wire-decorators.js';
import { ApiKeyBody, ApiKeysQuery, ApiKeyView, NewApiKeyView, PauseBody, RotationBody } from './api-keys.dto.js';
import { ApiKeys } from './api-keys.service.js';
import { BrakedKeys } from './brake/braked-keys.service.js';
import { KeyImport } from './key-import.js';

const COLUMNS: readonly Column[] = [
  ['id', 'id'],
  ['name', 'name'],
  ['start', 'start'],
  ['role', 'role'],
  ['status', 'status'],
  ['last used', 'last_used_at'],
  ['expires', 'expires_at'],
  ['created', 'created_at'],
];

const BRAKED_COLUMNS: readonly Column[] = [
  ['id', 'id'],
  ['user', 'user_id'],
  ['name', 'name'],
  ['model', 'braked_model'],
  ['burn', 'braked_burn'],
  ['paused', 'paused_at'],
];

const KEY = { arguments: '<id>', argsDescription: { id: 'Id of the key' } };

class Owner extends PickType(ApiKeyRow, ['user_id'] as const) {}
class KeyOrder extends IntersectionType(Owner, OmitType(ApiKeyBody, ['user_id'] as const)) {}
class OwnedKeysQuery extends IntersectionType(Owner, OmitType(ApiKeysQuery, ['user_id'] as const)) {}

/** `tollgate keys create`. */
@SubCommand({ name: 'create', description: 'Create an API key; its secret is printed once' })
export class ApiKeysCreateCommand extends DtoCommand<KeyOrder> {
  protected readonly dto = KeyOrder;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly keys: ApiKeys,
  ) {
    super(terminal);
  }

  protected override async execute(order: KeyOrder): Promise<void> {
    this.show(NewApiKeyView, await this.keys.create(cliActor(), order));
  }
}

/** `tollgate keys list`. */
@SubCommand({ name: 'list', description: 'List the API keys of a user, newest first' })
export class ApiKeysListCommand extends DtoCommand<OwnedKeysQuery> {
  protected readonly dto = OwnedKeysQuery;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly keys: ApiKeys,
  ) {
    super(terminal);
  }

  protected override async execute(query: OwnedKeysQuery): Promise<void> {
    this.list(ApiKeyView, await this.keys.list(cliActor(), query), COLUMNS);
  }
}

/** `tollgate keys braked`. */
@SubCommand({ name: 'braked', description: 'List the API keys that the brake has paused, newest first' })
export class ApiKeysBrakedCommand extends DtoCommand<PageQuery> {
  protected readonly dto = PageQuery;

  constructor(
    terminal: Terminal,
    private readonly keys: BrakedKeys,
  ) {
    super(terminal);
  }

  protected override async execute(query: PageQuery): Promise<void> {
    this.list(ApiKeyView, await this.keys.list(query), BRAKED_COLUMNS);
  }
}

/** A command on the key in the first argument. */
abstract class KeyCommand<T extends object> extends DtoCommand<T> {
  protected id = '';

  override run([id, ...others]: string[]): Promise<void> {
    this.id = idOf(id);
    return super.run(others);
  }
}

/** `tollgate keys rotate`. */
@SubCommand({ name: 'rotate', ...KEY, description: 'Replace the secret of an API key; the new one is printed once' })
export class ApiKeysRotateCommand extends KeyCommand<RotationBody> {
  protected readonly dto = RotationBody;

  constructor(
    terminal: Terminal,
    private readonly keys: ApiKeys,
  ) {
    super(terminal);
  }

  protected override async execute({ grace_seconds }: RotationBody): Promise<void> {
    this.show(NewApiKeyView, await this.keys.rotate(cliActor(), this.id, grace_seconds));
  }
}

/** `tollgate keys pause`. */
@SubCommand({ name: 'pause', ...KEY, description: 'Pause an API key' })
export class ApiKeysPauseCommand extends KeyCommand<PauseBody> {
  protected readonly dto = PauseBody;

  constructor(
    terminal: Terminal,
    private readonly keys: ApiKeys,
  ) {
    super(terminal);
  }

  protected override async execute({ reason }: PauseBody): Promise<void> {
    this.show(ApiKeyView, await this.keys.pause(cliActor(), this.id, reason));
  }
}

/** `tollgate keys resume`. */
@SubCommand({ name: 'resume', ...KEY, description: 'Resume a paused API key' })
export class ApiKeysResumeCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly keys: ApiKeys,
  ) {
    super(terminal);
  }

  override async run([id]: string[]): Promise<void> {
    this.show(ApiKeyView, await this.keys.resume(cliActor(), idOf(id)));
  }
}

/** `tollgate keys revoke`. */
@SubCommand({ name: 'revoke', ...KEY, description: 'Revoke an API key for good' })
export class ApiKeysRevokeCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly keys: ApiKeys,
  ) {
    super(terminal);
  }

  override async run([id]: string[]): Promise<void> {
    await this.keys.revoke(cliActor(), idOf(id));
    if (this.terminal.isJson) this.terminal.printJson({ id, revoked: true });
    else this.terminal.print('The key is revoked.');
  }
}

class KeyFile {
  @ApiProperty({
    description: 'File with one JSON object per line: user_id, key_hash (SHA-256) and optionally name and limits',
    type: 'string',
  })
  @IsText({ min_length: 1 })
  file!: string;
}

/** `tollgate keys import`. */
@SubCommand({
  name: 'import',
  arguments: '<file>',
  argsDescription: {
    file: 'File with one JSON object per line: user_id, key_hash (SHA-256) and optionally name and limits',
  },
  description: 'Import API keys from the hashes that another gateway stores, such as rows of LiteLLM_VerificationToken',
})
export class ApiKeysImportCommand extends DtoCommand<KeyFile> {
  protected readonly dto = KeyFile;
  protected override readonly argument = 'file';

  constructor(
    terminal: Terminal,
    private readonly keys: KeyImport,
  ) {
    super(terminal);
  }

  protected override async execute({ file }: KeyFile): Promise<void> {
    const lines = (await textOf(file)).trimEnd().split('\n');
    const progress = new Progress(this.terminal, 'lines');
    const report = await this.keys
      .import(cliActor(), lines, (done, total) => progress.update(done, total))
      .finally(() => progress.stop());
    const { imported, known, faults } = report;
    if (faults.length > 0) this.terminal.exit_code = EXIT.usage;
    if (this.terminal.isJson) {
      this.terminal.printJson(report);
      return;
    }
    this.terminal.print(`${imported} imported, ${known} already present, ${faults.length} invalid.`);
    for (const { line, message } of faults) this.terminal.print(`line ${line}: ${message}`);
  }
}

/** @throws NotFound if the argument is no id */
function idOf(id = ''): string {
  if (!isUuid(id)) throw new NotFound('API key');
  return id.toLowerCase();
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const message = `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
    throw new InvalidInput([{ field: 'file', message }]);
  }
}

export const API_KEYS_COMMANDS = [
  ApiKeysCreateCommand,
  ApiKeysListCommand,
  ApiKeysBrakedCommand,
  ApiKeysRotateCommand,
  ApiKeysPauseCommand,
  ApiKeysResumeCommand,
  ApiKeysRevokeCommand,
  ApiKeysImportCommand,
];

/** `tollgate keys`. */
@Command({
  name: 'keys',
  description: 'Create, list, rotate, pause, resume, revoke and import API keys',
  subCommands: API_KEYS_COMMANDS,
})
export class ApiKeysCommand extends CommandGroup {}
