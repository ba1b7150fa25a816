import { readFile } from 'node:fs/promises';
import { Inject, Injectable, type Type } from '@nestjs/common';
import { Command, SubCommand } from 'nest-commander';
import { type FernetKey, fernetKey } from '../openrouter/fernet.js';
import { units } from '../platform/values/amount.js';
import { cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { EXIT } from '../platform/cli/exit-codes.js';
import { Progress } from '../platform/cli/progress.js';
import { Terminal } from '../platform/cli/terminal.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { InvalidInput, NotFound } from '../platform/errors.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { type ImportOrder, OrderWithKeys, OrderWithUserColumn, PlainOrder, STEPS } from './import.order.js';
import { tellReports, tellShape, tellVerification } from './import.words.js';
import { ImportsService, type OnProgress } from './imports.service.js';
import type { Run } from './kinds/kind-import.js';
import { type Kind, KINDS, type Source, type System } from './source.js';
import type { EndUserRule } from './sources/litellm.js';
import { openSource } from './sources/open.js';
import { ImportVerification } from './verification.service.js';

type WantedOrder = ImportOrder & { wanted: readonly Kind[] };

/** What an import works with. */
@Injectable()
export class ImportTools {
  constructor(
    readonly imports: ImportsService,
    readonly verification: ImportVerification,
    readonly tiers: TiersRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** When end users of LiteLLM pay. */
  get end_user(): EndUserRule {
    return this.config.litellm.end_user;
  }
}

/** `tollgate import <system>`: exit code 1 when the comparison found differences, 2 when rows could not be taken. */
@Injectable()
abstract class ImportCommand extends DtoCommand<ImportOrder> {
  protected abstract override readonly dto: Type<ImportOrder>;
  protected override readonly argument = 'source';
  protected override readonly further_arguments = ['step'];
  protected abstract readonly system: System;

  constructor(
    terminal: Terminal,
    private readonly tools: ImportTools,
  ) {
    super(terminal);
  }

  protected override async execute(order: ImportOrder): Promise<void> {
    const wanted = kindsOf(order.only);
    const run = { ...(await this.runOf(order)), is_done: order.step === 'verify' };
    const { source, credits_per_usd } = await openSource(this.system, order.source, {
      credits_per_usd: order.credits_per_usd ?? null,
      end_user: this.tools.end_user,
      user_column: order.user_column ?? 'id',
    });
    try {
      await this.step({ ...order, wanted }, source, run, credits_per_usd);
    } finally {
      await source.close();
    }
  }

  private async step(order: WantedOrder, source: Source, run: Run, credits_per_usd: string): Promise<void> {
    const found = source.kinds.filter((kind) => order.wanted.includes(kind));
    if (found.length === 0) {
      const message = `must name some of what this source has: ${source.kinds.join(', ')}`;
      throw new InvalidInput([{ field: '--only', message }]);
    }
    const kinds = found.filter((kind) => kind !== 'keys' || this.takesKeys(order, run));
    const { step } = order;
    const about = { system: this.system, name: run.name, step, credits_per_usd };
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

const ARGUMENTS = { arguments: `<source> <${STEPS.join('|')}>` };
const STEP = 'inspect (what is there), plan (what would be done), apply (do it) or verify (compare)';
const DATABASE = 'Address of its PostgreSQL database; the password may stand in PGPASSWORD or ~/.pgpass';

/** `tollgate import ops-center`. */
@SubCommand({
  name: 'ops-center',
  ...ARGUMENTS,
  argsDescription: { source: DATABASE, [STEPS[0]]: STEP },
  description: 'Move in from Ops-Center: accounts, usage, coupons, keys of OpenRouter, prices',
})
export class ImportOpsCenterCommand extends ImportCommand {
  protected readonly dto = OrderWithKeys;
  protected readonly system = 'ops-center';
}

/** `tollgate import litellm`. */
@SubCommand({
  name: 'litellm',
  ...ARGUMENTS,
  argsDescription: { source: DATABASE, [STEPS[0]]: STEP },
  description: 'Move in from LiteLLM: what is left of budgets, usage, prices',
})
export class ImportLiteLlmCommand extends ImportCommand {
  protected readonly dto = PlainOrder;
  protected readonly system = 'litellm';
}

/** `tollgate import one-api`. */
@SubCommand({
  name: 'one-api',
  ...ARGUMENTS,
  argsDescription: { source: DATABASE, [STEPS[0]]: STEP },
  description: 'Move in from One API or New API: quota, usage, redemption codes, prices',
})
export class ImportOneApiCommand extends ImportCommand {
  protected readonly dto = OrderWithUserColumn;
  protected readonly system = 'one-api';
}

/** `tollgate import csv`. */
@SubCommand({
  name: 'csv',
  ...ARGUMENTS,
  argsDescription: {
    source: `A folder with, or one of, ${KINDS.map((kind) => `${kind}.csv`).join(', ')}`,
    [STEPS[0]]: STEP,
  },
  description: 'Move in from anywhere, by files of CSV with the names of our fields in their first lines',
})
export class ImportCsvCommand extends ImportCommand {
  protected readonly dto = OrderWithKeys;
  protected readonly system = 'csv';
}

export const IMPORT_COMMANDS = [ImportOpsCenterCommand, ImportLiteLlmCommand, ImportOneApiCommand, ImportCsvCommand];

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
