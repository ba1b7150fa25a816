import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { SubCommand } from 'nest-commander';
import { cliActor, DtoCommand } from '../platform/cli/command.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { DomainError } from '../platform/errors.js';
import { PricingController } from './pricing.controller.js';
import { ImportQuery, ModelPriceView, PriceBody, PriceImportView, PricesQuery } from './pricing.dto.js';

const PRICES: readonly Column[] = [
  ['model', 'model'],
  ['service', 'service'],
  ['class', 'class'],
  ['input', 'input_per_million'],
  ['output', 'output_per_million'],
  ['cache read', 'cache_read_per_million'],
  ['per character', 'per_character'],
  ['per second', 'per_second'],
  ['per query', 'per_query'],
  ['per execution', 'per_execution'],
  ['markup', 'markup_rate'],
  ['source', 'source'],
];

const HELD_BACK: readonly Column[] = [
  ['held back', 'model'],
  ['because', 'reason'],
];

/** `tollgate prices list`. */
@SubCommand({ name: 'list', description: 'List the prices in effect: USD for a million tokens, or for one unit' })
export class PricesListCommand extends DtoCommand<PricesQuery> {
  protected readonly dto = PricesQuery;

  constructor(
    terminal: Terminal,
    private readonly pricing: PricingController,
  ) {
    super(terminal);
  }

  protected override async execute(query: PricesQuery): Promise<void> {
    this.list(ModelPriceView, await this.pricing.list(query), PRICES);
  }
}

/** `tollgate prices set`. */
@SubCommand({
  name: 'set',
  arguments: '<model>',
  argsDescription: { model: 'The model, as callers name it; * for every model of a service' },
  description: 'Set the price of a model, from now on or from an instant; what is left out has no price of its own',
})
export class PriceSetCommand extends DtoCommand<PriceBody> {
  protected readonly dto = PriceBody;
  protected override readonly argument = 'model';
  protected override readonly flags = {
    input_per_million: '--input',
    output_per_million: '--output',
    cache_read_per_million: '--cache-read',
    cache_write_per_million: '--cache-write',
    reasoning_per_million: '--reasoning',
    audio_input_per_million: '--audio-input',
    audio_output_per_million: '--audio-output',
    image_per_million: '--image-tokens',
    effective_from: '--from',
  };

  constructor(
    terminal: Terminal,
    private readonly pricing: PricingController,
  ) {
    super(terminal);
  }

  protected override async execute(body: PriceBody): Promise<void> {
    this.show(ModelPriceView, await this.pricing.set(cliActor(), body));
  }
}

/** A command that takes a list of prices in and tells what became of it. */
@Injectable()
abstract class TakeInCommand extends DtoCommand<ImportQuery> {
  protected readonly dto = ImportQuery;

  constructor(
    terminal: Terminal,
    protected readonly pricing: PricingController,
  ) {
    super(terminal);
  }

  protected tell(report: PriceImportView): void {
    const { held_back, ...counts } = report;
    if (this.terminal.isJson) this.terminal.printJson(report);
    else {
      this.terminal.printMembers({ ...counts, held_back: held_back.length });
      if (held_back.length > 0)
        this.terminal.printRows(
          HELD_BACK,
          held_back.map((item) => ({ ...item })),
        );
    }
  }
}

/** `tollgate prices import`. */
@SubCommand({
  name: 'import',
  arguments: '<file>',
  argsDescription: { file: 'JSON in the form of OpenRouter\'s /models: {"data": [...]}' },
  description: 'Take in a list of models; negative, absurd and jumping prices are held back',
})
export class PricesImportCommand extends TakeInCommand {
  private file = '';

  override async run(argv: string[]): Promise<void> {
    this.file = argv[0] ?? '';
    await super.run([]);
  }

  protected override async execute(query: ImportQuery): Promise<void> {
    this.tell(await this.pricing.import(cliActor(), query, { data: await modelsIn(this.file) }));
  }
}

/** `tollgate prices sync`. */
@SubCommand({ name: 'sync', description: "Read OpenRouter's list of models and take it in" })
export class PricesSyncCommand extends TakeInCommand {
  protected override async execute(query: ImportQuery): Promise<void> {
    this.tell(await this.pricing.sync(cliActor(), query));
  }
}

/** The models of a file: the list itself, or a document with it in `data`. */
async function modelsIn(file: string): Promise<unknown[]> {
  const refuse = (why: string): never => {
    throw new DomainError('invalid', 'invalid_file', `${file} ${why}.`);
  };
  const text = await readFile(file, 'utf8').catch(() => refuse('can not be read'));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return refuse('is not JSON');
  }
  const data: unknown = Array.isArray(document) ? document : (document as { data?: unknown } | null)?.data;
  return Array.isArray(data) ? (data as unknown[]) : refuse('holds no list of models');
}

export const CATALOGUE_COMMANDS = [PricesListCommand, PriceSetCommand, PricesImportCommand, PricesSyncCommand];
