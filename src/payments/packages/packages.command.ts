import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup } from '../../platform/cli/command.js';
import { addDtoOptions, readDto } from '../../platform/cli/options.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { PackageBody, PackageChanges, PackageView } from './packages.dto.js';
import { PackagesService } from './packages.service.js';

const PACKAGE = { arguments: '<package>', argsDescription: { package: 'Code of the package' } };

const COLUMNS: readonly Column[] = [
  ['package', 'package_code'],
  ['name', 'name'],
  ['credits', 'credits'],
  ['price', 'price'],
  ['for sale', 'is_active'],
  ['rank', 'rank'],
  ['description', 'description'],
];

/** `tollgate packages list`. */
@SubCommand({ name: 'list', description: 'List the credit packages by rank' })
export class PackagesListCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly packages: PackagesService,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.list(PackageView, await this.packages.list(), COLUMNS);
  }
}

/** `tollgate packages set`: changes the given fields of a package, or creates it. */
@SubCommand({
  name: 'set',
  ...PACKAGE,
  description: 'Change a package, or create it (requires name, credits and price)',
})
export class PackageSetCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly packages: PackagesService,
  ) {
    super(terminal);
  }

  override async run([package_code = '']: string[]): Promise<void> {
    const isKnown = (await this.packages.list()).some((known) => known.package_code === package_code);
    this.show(PackageView, await (isKnown ? this.change(package_code) : this.create(package_code)));
  }

  protected override addOptions(): void {
    addDtoOptions(this.command, PackageChanges, {}, ['name', 'credits', 'price']);
  }

  private async change(package_code: string): Promise<object> {
    return this.packages.update(cliActor(), package_code, await readDto(this.command, PackageChanges, {}, {}));
  }

  private async create(package_code: string): Promise<object> {
    const body = await readDto(this.command, PackageBody, { package_code: null }, { package_code });
    return this.packages.create(cliActor(), body);
  }
}

/** `tollgate packages delete`. */
@SubCommand({ name: 'delete', ...PACKAGE, description: 'Delete a package that no automatic top-up uses' })
export class PackageDeleteCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly packages: PackagesService,
  ) {
    super(terminal);
  }

  override async run([package_code = '']: string[]): Promise<void> {
    await this.packages.delete(cliActor(), package_code);
    if (this.terminal.isJson) this.terminal.printJson({ package_code });
    else this.terminal.print(`Package ${package_code} was deleted.`);
  }
}

export const PACKAGES_COMMANDS = [PackagesListCommand, PackageSetCommand, PackageDeleteCommand];

/** `tollgate packages`. */
@Command({ name: 'packages', description: 'Manage credit packages', subCommands: PACKAGES_COMMANDS })
export class PackagesCommand extends CommandGroup {}
