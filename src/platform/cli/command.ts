import { userInfo } from 'node:os';
import type { Type } from '@nestjs/common';
import { CommandRunner } from 'nest-commander';
import { type Actor, systemActor } from '../actor.js';
import type { Page } from '../database/paging.js';
import { toWire, type View } from '../http/view.js';
import type { Replayable } from '../replayable.js';
import { addDtoOptions, type Flags, readDto, readKey } from './options.js';
import type { Column, Terminal } from './terminal.js';

/** A command that only groups subcommands. */
export abstract class CommandGroup extends CommandRunner {
  override run(): Promise<void> {
    return this.command.help({ error: true });
  }
}

/** A command with `--json`. */
export abstract class CliCommand extends CommandRunner {
  constructor(protected readonly terminal: Terminal) {
    super();
  }

  override setCommand(command: Parameters<CommandRunner['setCommand']>[0]): this {
    super.setCommand(command);
    this.addOptions();
    command.option('--json', 'Print JSON for scripts');
    command.option('--wide', 'Allow tables to be wider than the terminal');
    return this;
  }

  protected addOptions(): void {
    // most commands have no other options
  }

  /** Prints one resource, as JSON like the HTTP API or as a table. */
  protected show(view: View, given: object): void {
    const thing = toWire(view, given);
    if (this.terminal.isJson) this.terminal.printJson(thing);
    else this.terminal.printMembers(thing);
  }

  /** Prints a list or a page of a list. */
  protected list(view: View, given: object[] | Page<object>, columns: readonly Column[]): void {
    const page = Array.isArray(given) ? { items: given, next_cursor: null, total: null } : given;
    const items = page.items.map((item) => toWire(view, item));
    if (this.terminal.isJson) this.terminal.printJson(items);
    else if (items.length === 0) this.terminal.print('No results.');
    else this.terminal.printRows(columns, items);
    const { next_cursor, total } = page;
    if (total !== null) this.terminal.note(`${total} in total.`, { total });
    if (next_cursor !== null) this.terminal.note(`More results: --cursor ${next_cursor}`, { next_cursor });
  }
}

/** A command whose options are the fields of a DTO, validated as in HTTP. */
export abstract class DtoCommand<T extends object> extends CliCommand {
  protected abstract readonly dto: Type<T>;
  /** Options with another name than their field; null omits a field. */
  protected readonly flags: Flags = {};
  /** Field that the command's argument fills. */
  protected readonly argument: string | null = null;
  /** Fields that its further arguments give. */
  protected readonly further_arguments: readonly string[] = [];

  /** Optional fields that the example in the help shows, where one of several must be given. */
  protected readonly shown: readonly string[] = [];

  protected abstract execute(dto: T): Promise<void>;

  override async run(given: string[]): Promise<void> {
    const fixed = Object.fromEntries(
      this.fieldsOfArguments().flatMap((field, i) => (given[i] === undefined ? [] : [[field, given[i]]])),
    );
    await this.execute(await readDto(this.command, this.dto, this.allFlags(), fixed));
  }

  protected override addOptions(): void {
    addDtoOptions(this.command, this.dto, this.allFlags(), this.shown);
  }

  private allFlags(): Flags {
    return { ...this.flags, ...Object.fromEntries(this.fieldsOfArguments().map((field) => [field, null])) };
  }

  private fieldsOfArguments(): string[] {
    return this.argument === null ? [] : [this.argument, ...this.further_arguments];
  }
}

/** A command that changes credits. It accepts `--key`, so that it can be repeated safely. */
export abstract class ChangeCommand<T extends object> extends DtoCommand<T> {
  protected abstract readonly view: View;

  protected abstract change(actor: Actor, dto: T, key: string | undefined): Promise<Replayable<object>>;

  protected override async execute(dto: T): Promise<void> {
    const key = readKey(this.command.getOptionValue('key'));
    const { result, replayed } = await this.change(cliActor(), dto, key);
    if (replayed) this.terminal.note('Idempotent replay: nothing was booked again.', { idempotency_hit: true });
    this.show(this.view, result);
  }

  protected override addOptions(): void {
    super.addOptions();
    this.command.option(
      '--key <text>',
      'Idempotency key: repeating the command with the same key has no further effect',
    );
  }
}

/** Returns the actor of commands: the operating system user. */
export function cliActor(): Actor {
  return systemActor(`cli:${osUser()}`);
}

function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`; // a container can run as a user id without a name
  }
}
