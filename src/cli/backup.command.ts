import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Inject } from '@nestjs/common';
import { Command } from 'nest-commander';
import { LedgerVerification } from '../credits/ledger/ledger-verification.js';
import { LedgerVerificationRepository } from '../credits/ledger/ledger-verification.repository.js';
import { backUp, restore } from '../platform/backup/backup.js';
import { counted } from '../platform/values/counted.js';
import { CliCommand } from '../platform/cli/command.js';
import { EXIT } from '../platform/cli/exit-codes.js';
import { Terminal } from '../platform/cli/terminal.js';
import { CONFIG, type Config, withDatabaseUrl } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import { connectEmbedded } from '../platform/embedded/connect.js';
import { startEmbedded } from '../platform/embedded/embedded-postgres.js';
import { DomainError } from '../platform/errors.js';
import { Metrics } from '../platform/metrics.js';

const PASSPHRASE_MIN_CHARACTERS = 12;
const PASSPHRASE = [
  '--passphrase-file <file>',
  'File whose first line is the passphrase (/dev/stdin: from a pipe)',
] as const;

abstract class ArchiveCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    @Inject(CONFIG) protected readonly config: Config,
  ) {
    super(terminal);
  }

  /** @throws DomainError invalid `not_embedded`, `weak_passphrase` */
  protected async passphrase(): Promise<string> {
    if (this.config.database.url !== null) {
      const detail =
        'This command is for the embedded database. For your own PostgreSQL, use pg_dump and pg_restore; see docs/database.md.';
      throw new DomainError('invalid', 'not_embedded', detail);
    }
    const file = String(this.command.getOptionValue('passphraseFile'));
    const content = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new DomainError('invalid', 'weak_passphrase', `The passphrase cannot be read: ${(error as Error).message}`);
    });
    const passphrase = content.split('\n')[0]?.trim() ?? '';
    if (passphrase.length >= PASSPHRASE_MIN_CHARACTERS) return passphrase;
    throw new DomainError(
      'invalid',
      'weak_passphrase',
      `The passphrase in ${file} must have at least ${PASSPHRASE_MIN_CHARACTERS} characters.`,
    );
  }
}

/**
 * `tollgate backup`: writes the embedded database and its secrets to one encrypted file, also while the service runs.
 */
@Command({ name: 'backup', description: 'Write the embedded database and its secrets to one encrypted file' })
export class BackupCommand extends ArchiveCommand {
  override async run(): Promise<void> {
    const passphrase = await this.passphrase();
    const { data_dir } = this.config.database;
    const file = path.resolve(String(this.command.getOptionValue('output')));
    const server = await connectEmbedded(data_dir);
    try {
      const tables = await backUp({ url: server.url, data_dir, file, passphrase });
      if (this.terminal.isJson) this.terminal.printJson({ file, tables });
      else
        this.terminal.print(`Wrote ${tables.length} tables and the secrets of ${path.resolve(data_dir)} to ${file}.`);
    } finally {
      await server.stop();
    }
  }

  protected override addOptions(): void {
    this.command.requiredOption('--output <file>', 'File to write, which must not exist').requiredOption(...PASSPHRASE);
  }
}

/** `tollgate restore`: exits with 0 if the restored ledger is consistent, otherwise with 3. */
@Command({
  name: 'restore',
  arguments: '<file>',
  description: 'Restore a backup as the embedded database and verify its ledger',
})
export class RestoreCommand extends ArchiveCommand {
  override async run([file = '']: string[]): Promise<void> {
    const passphrase = await this.passphrase();
    const { data_dir } = this.config.database;
    const replace = this.command.getOptionValue('replace') === true;
    // as the service: no other service can use this folder meanwhile
    const server = await startEmbedded({ dataDir: data_dir, log: () => undefined });
    try {
      await restore({ url: server.url, data_dir, file: path.resolve(file), passphrase, replace });
      const { verified, accounts, lines, faults } = await this.verify(server.url);
      if (!verified) this.terminal.exit_code = EXIT.drift;
      if (this.terminal.isJson) this.terminal.printJson({ verified, accounts, lines, faults });
      else if (verified)
        this.terminal.print(
          `Restored and verified: ${counted(accounts, 'account')} and ${counted(lines, 'ledger line')} are consistent.`,
        );
      else
        this.terminal.print(
          `Restored, but with ${faults.length} inconsistencies. List them with: tollgate ledger verify`,
        );
    } finally {
      await server.stop();
    }
  }

  protected override addOptions(): void {
    this.command.requiredOption(...PASSPHRASE).option('--replace', 'Delete the existing database');
  }

  private async verify(url: string) {
    const database = new Database(withDatabaseUrl(this.config, url), new Metrics());
    try {
      return await new LedgerVerification(new LedgerVerificationRepository(database)).verify(null);
    } finally {
      await database.onApplicationShutdown();
    }
  }
}
