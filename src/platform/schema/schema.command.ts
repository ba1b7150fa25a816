import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { faultsOf, remedyOf, type SchemaReport, warningsOf } from './report.js';
import { SchemaService } from './schema.service.js';

const EXIT_DRIFT = 3;

interface CheckOptions {
  json?: boolean;
}

interface MigrateOptions extends CheckOptions {
  retry?: boolean;
}

/**
 * `tollgate schema check`: exits with 0 if this release can serve with the database, with or without warnings,
 * otherwise with 3.
 */
@SubCommand({ name: 'check', description: 'Compare the database with the schema of this release' })
export class SchemaCheckCommand extends CommandRunner {
  constructor(private readonly schema: SchemaService) {
    super();
  }

  override async run(_params: string[], options: CheckOptions = {}): Promise<void> {
    const report = await this.schema.check();
    if (!report.can_serve) process.exitCode = EXIT_DRIFT;
    print(options.json ? JSON.stringify({ ...report, remedy: remedyOf(report) }, null, 2) : textOf(report));
  }

  @Option({ flags: '--json', description: 'Print the report as JSON' })
  parseJson(): boolean {
    return true;
  }
}

/** `tollgate schema migrate`: applies pending migrations, each in one transaction. */
@SubCommand({ name: 'migrate', description: 'Apply the pending migrations of this release' })
export class SchemaMigrateCommand extends CommandRunner {
  constructor(private readonly schema: SchemaService) {
    super();
  }

  override async run(_params: string[], options: MigrateOptions = {}): Promise<void> {
    const applied_migrations = await this.schema.migrate({ retry: options.retry ?? false });
    if (options.json) print(JSON.stringify({ applied_migrations }, null, 2));
    else if (applied_migrations.length === 0) print('No migration is pending.');
    else print(applied_migrations.map((name) => `Applied ${name}`).join('\n'));
  }

  @Option({ flags: '--retry', description: 'Run a failed migration again; never while another process is migrating' })
  parseRetry(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'Print the names of the applied migrations as JSON' })
  parseJson(): boolean {
    return true;
  }
}

/** `tollgate schema`: checks and migrates the database schema. */
@Command({
  name: 'schema',
  description: "Check and migrate the database's tables",
  subCommands: [SchemaCheckCommand, SchemaMigrateCommand],
})
export class SchemaCommand extends CommandRunner {
  override run(): Promise<void> {
    this.command.help();
  }
}

function textOf(report: SchemaReport): string {
  if (report.in_sync) return 'The database is in sync with this release.';
  const warnings = warningsOf(report).map((line) => `warning: ${line}`);
  const verdict = report.can_serve ? ['This release can serve with the database.'] : [];
  return [...faultsOf(report), ...warnings, remedyOf(report), ...verdict].filter((line) => line !== null).join('\n');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
