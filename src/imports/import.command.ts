import { readFile } from 'node:fs/promises';
import { Injectable, type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { Command, SubCommand } from 'nest-commander';
import { type FernetKey, fernetKey } from '../openrouter/fernet.js';
import { units } from '../platform/amount.js';
import { cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { EXIT } from '../platform/cli/exit-codes.js';
import { Progress } from '../platform/cli/progress.js';
import { Terminal } from '../platform/cli/terminal.js';
import { InvalidInput, NotFound } from '../platform/errors.js';
import { IsAmount, IsText } from '../platform/wire-decorators.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { tellReports, tellShape, tellVerification } from './import.words.js';
import { ImportsService, type OnProgress } from './imports.service.js';
import type { Run } from './kinds/kind-import.js';
import { type Kind, KINDS, type Source, type System } from './source.js';
import { openSource, UNITS_PER_USD } from './sources/open.js';
import { ImportVerification } from './verification.service.js';

const STEPS = ['inspect', 'plan', 'apply', 'verify'] as const;

/** What is imported, and how far the import goes. */
class ImportOrder {
  @ApiProperty({ description: 'Where the source is', type: 'string' })
  @IsText({ min_length: 1 })
  source!: string;

  @ApiProperty({ description: 'How far to go', enum: STEPS })
  @IsIn(STEPS, { message: `step must be one of ${STEPS.join(', ')}` })
  step!: (typeof STEPS)[number];

  @ApiPropertyOptional({
    description: 'Name of the source: two of one kind need two names; the name of the system if it is left out',
    type: 'string',
    example: 'eu',
  })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,31}$/, { message: 'name must be 1 to 32 lower-case letters, digits or -' })
  name?: string;

  @ApiPropertyOptional({
    description: "How many of the source's credits a US dollar is, that is a credit here",
    ...{ type: 'string', format: 'decimal', example: '100' },
  })
  @IsOptional()
  @IsAmount({ positive: true })
  credits_per_usd?: string;

  @ApiPropertyOptional({
    description: 'Plan of new accounts whose source names none that exists here; that of new users if it is left out',
    ...{ type: 'string', example: 'starter' },
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  tier?: string;

  @ApiPropertyOptional({ description: `Only these kinds, with commas between: ${KINDS.join(',')}`, type: 'string' })
  @IsOptional()
  @IsText({ min_length: 1 })
  only?: string;

  @ApiPropertyOptional({
    description: "File with the Fernet key that encrypts users' keys of OpenRouter; without it they are not taken",
    type: 'string',
  })
  @IsOptional()
  @IsText({ min_length: 1 })
  fernet_key_file?: string;
}

type WantedOrder = ImportOrder & { wanted: readonly Kind[] };

/** What an import works with. */
@Injectable()
export class ImportTools {
  constructor(
    readonly imports: ImportsService,
    readonly verification: ImportVerification,
    readonly tiers: TiersRepository,
  ) {}
}

/** `tollgate import <system>`: exit code 1 when the comparison found differences, 2 when rows could not be taken. */
@Injectable()
abstract class ImportCommand extends DtoCommand<ImportOrder> {
  protected readonly dto: Type<ImportOrder> = ImportOrder;
  protected override readonly argument = 'source';
  protected override readonly further_arguments = ['step'];
  protected abstract readonly system: System;

  constructor(
    terminal: Terminal,
    private readonly tools: ImportTools,
  ) {
    super(terminal);
  }

  protected override addOptions(): void {
    super.addOptions();
    this.command.registeredArguments.at(-1)?.choices([...STEPS]);
  }

  protected override async execute(order: ImportOrder): Promise<void> {
    const wanted = kindsOf(order.only);
    const run = { ...(await this.runOf(order)), is_done: order.step === 'verify' };
    const units_per_usd = order.credits_per_usd ?? UNITS_PER_USD[this.system];
    const source = await openSource(this.system, order.source, units_per_usd);
    try {
      await this.step({ ...order, wanted }, source, run, units_per_usd);
    } finally {
      await source.close();
    }
  }

  private async step(order: WantedOrder, source: Source, run: Run, units_per_usd: string): Promise<void> {
    const kinds = source.kinds.filter(
      (kind) => order.wanted.includes(kind) && (kind !== 'keys' || this.takesKeys(order, run)),
    );
    const { step } = order;
    const about = { system: this.system, name: run.name, step, credits_per_usd: units_per_usd };
    const shape = step === 'inspect' ? await source.describe() : null;
    if (step === 'verify') {
      const verified = await this.watched((on) => this.tools.verification.verify(source, kinds, run, on));
      if (verified.differences.length > 0) this.terminal.exit_code = EXIT.unexpected;
      if (this.terminal.isJson) this.terminal.printJson({ ...about, ...verified });
      else tellVerification(this.terminal, verified);
      return;
    }
    const reports = await this.watched((on) => this.tools.imports.go(step, source, kinds, run, on));
    if (step === 'apply' && reports.some(({ refused }) => refused > 0)) this.terminal.exit_code = EXIT.usage;
    if (this.terminal.isJson) {
      this.terminal.printJson({ ...about, ...shape, reports });
      return;
    }
    if (shape) tellShape(this.terminal, shape);
    tellReports(this.terminal, about, reports);
  }

  /** Without the key they are looked at, and left where they are. */
  private takesKeys({ step, only }: ImportOrder, { fernet_key }: Run): boolean {
    if (step === 'inspect' || fernet_key) return true;
    if (only !== undefined) throw new InvalidInput([{ field: '--fernet-key-file', message: 'must be given for keys' }]);
    const sentence = "Users' keys of OpenRouter are left out: give --fernet-key-file to take them.";
    this.terminal.note(sentence, { left_out: 'keys' });
    return false;
  }

  private async watched<T>(work: (on: OnProgress) => Promise<T>): Promise<T> {
    let shown: { kind: Kind; progress: Progress } | null = null;
    try {
      return await work((kind, done, total) => {
        if (shown?.kind !== kind) {
          shown?.progress.stop();
          shown = { kind, progress: new Progress(this.terminal, kind) };
        }
        shown.progress.update(done, total);
      });
    } finally {
      (shown as { progress: Progress } | null)?.progress.stop();
    }
  }

  private async runOf({ name, tier, fernet_key_file }: ImportOrder): Promise<Omit<Run, 'is_done'>> {
    const tiers = await this.tools.tiers.list();
    if (tier !== undefined && !tiers.some((known) => known.tier === tier)) throw new NotFound(`Tier ${tier}`);
    return {
      actor: cliActor(),
      name: name ?? this.system,
      tier: tier ?? null,
      tiers: new Map(tiers.map((known) => [known.tier, known.renews && units(known.price_monthly) > 0n])),
      fernet_key: fernet_key_file === undefined ? null : await keyOf(fernet_key_file),
    };
  }
}

const ARGUMENTS = { arguments: '<source> <step>' };
const STEP = 'inspect (what is there), plan (what would be done), apply (do it) or verify (compare)';
const DATABASE = 'Address of its PostgreSQL database; the password may stand in PGPASSWORD or ~/.pgpass';

/** `tollgate import ops-center`. */
@SubCommand({
  name: 'ops-center',
  ...ARGUMENTS,
  argsDescription: { source: DATABASE, step: STEP },
  description: 'Move in from Ops-Center: accounts, usage, coupons, keys of OpenRouter, prices',
})
export class ImportOpsCenterCommand extends ImportCommand {
  protected readonly system = 'ops-center';
}

/** `tollgate import csv`. */
@SubCommand({
  name: 'csv',
  ...ARGUMENTS,
  argsDescription: { source: `A folder with, or one of, ${KINDS.map((kind) => `${kind}.csv`).join(', ')}`, step: STEP },
  description: 'Move in from anywhere, by files of CSV with the names of our fields in their first lines',
})
export class ImportCsvCommand extends ImportCommand {
  protected readonly system = 'csv';
}

export const IMPORT_COMMANDS = [ImportOpsCenterCommand, ImportCsvCommand];

/** `tollgate import`. */
@Command({
  name: 'import',
  description: 'Move in from another system, which is only read (docs/moving-in.md)',
  subCommands: IMPORT_COMMANDS,
})
export class ImportGroup extends CommandGroup {}

function kindsOf(only: string | undefined): readonly Kind[] {
  if (only === undefined) return KINDS;
  const named = only.split(',').map((kind) => kind.trim());
  const isKind = (name: string): name is Kind => (KINDS as readonly string[]).includes(name);
  if (!named.every(isKind)) {
    throw new InvalidInput([
      { field: '--only', message: `must name some of ${KINDS.join(', ')}, with commas between` },
    ]);
  }
  return named.filter(isKind);
}

async function keyOf(file: string): Promise<FernetKey> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new InvalidInput([{ field: '--fernet-key-file', message: `cannot be read (${code})` }]);
  });
  const key = fernetKey(text.trim());
  if (key) return key;
  throw new InvalidInput([{ field: '--fernet-key-file', message: 'must hold a Fernet key: 32 bytes in base64url' }]);
}
