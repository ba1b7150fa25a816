import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { SubCommand } from 'nest-commander';
import { cliActor, DtoCommand } from '../../platform/cli/command.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { DomainError } from '../../platform/errors.js';
import { ModelPriceRow } from '../../generated/rows.js';
import { checkPayload } from '../../platform/http/bodies/validation.js';
import { PriceListsService } from '../lists/price-lists.service.js';
import { ImportQuery, ModelsDocument, PriceImportView } from '../lists/import.dto.js';
import { ModelPriceView, PriceBody, PricesQuery } from '../pricing.dto.js';
import { PricesService } from './prices.service.js';

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
  ['per image', 'per_image'],
  ['markup', 'markup_rate'],
  ['source', 'source'],
];

const HELD_BACK: readonly Column[] = [
  ['held back', 'model'],
  ['because', 'reason'],
];

const HELD_BACK_BY_CODE: readonly Column[] = [
  ['reason', 'code'],
  ['models', 'models'],
];

const UNREAD: readonly Column[] = [
  ['unread key', 'key'],
  ['models', 'models'],
];

/** Number of rows that fit on a screen or two. */
const HELD_BACK_SHOWN = 40;

/** `tollgate prices list`. */
@SubCommand({ name: 'list', description: 'List the prices in effect: USD per million tokens, or per unit' })
export class PricesListCommand extends DtoCommand<PricesQuery> {
  protected readonly dto = PricesQuery;

  constructor(
    terminal: Terminal,
    private readonly prices: PricesService,
  ) {
    super(terminal);
  }

  protected override async execute(query: PricesQuery): Promise<void> {
    this.list(ModelPriceView, await this.prices.list(query), PRICES);
  }
}

/** `tollgate prices set`. */
@SubCommand({
  name: 'set',
  arguments: '<model>',
  argsDescription: { model: 'Model id as callers send it; * for every model of a service' },
  description: 'Set the price of a model, from now or from a given time; omitted columns have no price of their own',
})
export class PriceSetCommand extends DtoCommand<PriceBody> {
  protected readonly dto = PriceBody;
  protected override readonly shown = ['input_per_million'];
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
    cache_write_1h_per_million: '--cache-write-1h',
    audio_cache_read_per_million: '--audio-cache-read',
    image_output_per_million: '--image-output',
    overrides: '--override',
    effective_from: '--from',
  };

  constructor(
    terminal: Terminal,
    private readonly prices: PricesService,
  ) {
    super(terminal);
  }

  protected override async execute(body: PriceBody): Promise<void> {
    this.show(ModelPriceView, await this.prices.set(cliActor(), body));
  }
}

/** A command that imports a price list and prints the report. */
@Injectable()
abstract class PriceImportCommand<Query extends ImportQuery> extends DtoCommand<Query> {
  constructor(
    terminal: Terminal,
    protected readonly lists: PriceListsService,
  ) {
    super(terminal);
  }

  protected printReport(report: PriceImportView): void {
    if (this.terminal.isJson) this.terminal.printJson(report);
    else this.printSummary(report);
  }

  private printSummary(report: PriceImportView): void {
    const { held_back_by_code, held_back, partly: _partly, keys, ...counts } = report;
    this.terminal.printMembers({ ...counts, held_back: held_back.length });
    this.terminal.printRows(
      UNREAD,
      keys.filter(({ use }) => use === 'unread'),
    );
    this.terminal.printRows(HELD_BACK_BY_CODE, held_back_by_code);
    this.terminal.printFirstRows(HELD_BACK, held_back, HELD_BACK_SHOWN, 'held_back');
  }
}

const FORMATS = ['openrouter', 'litellm'] as const;
type Format = (typeof FORMATS)[number];

/** Options of an import from a file. */
class FileImportQuery extends ImportQuery {
  @ApiPropertyOptional({
    description: 'Format of the file; detected if omitted.',
    enum: FORMATS,
  })
  @IsOptional()
  @IsIn(FORMATS)
  format?: Format;
}

/** `tollgate prices import`. */
@SubCommand({
  name: 'import',
  arguments: '<file>',
  argsDescription: {
    file: 'JSON: OpenRouter\'s /models, {"data": [...]}, or LiteLLM\'s model_prices_and_context_window.json',
  },
  description: 'Import a price list; negative, implausible and jumping prices are held back',
})
export class PricesImportCommand extends PriceImportCommand<FileImportQuery> {
  protected readonly dto = FileImportQuery;
  private file = '';

  override async run(argv: string[]): Promise<void> {
    this.file = argv[0] ?? '';
    await super.run([]);
  }

  protected override async execute({ format, dry_run }: FileImportQuery): Promise<void> {
    this.printReport(await this.lists.import(cliActor(), await documentIn(this.file, format), dry_run));
  }
}

/** `tollgate prices sync`. */
@SubCommand({ name: 'sync', description: "Import the prices of OpenRouter's model list" })
export class PricesSyncCommand extends PriceImportCommand<ImportQuery> {
  protected readonly dto = ImportQuery;

  protected override async execute({ dry_run }: ImportQuery): Promise<void> {
    this.printReport(await this.lists.sync(cliActor(), dry_run));
  }
}

/**
 * Reads a price list from a file. A list, plain or in `data`, has OpenRouter's format; an object of models has
 * LiteLLM's.
 */
async function documentIn(file: string, format: Format | undefined): Promise<ModelsDocument> {
  const refuse = (why: string): never => {
    throw new DomainError('invalid', 'invalid_file', `${file} ${why}.`);
  };
  const text = await readFile(file, 'utf8').catch(() => refuse('cannot be read'));
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return refuse('is not valid JSON');
  }
  if (format !== 'litellm') {
    const data: unknown = Array.isArray(document) ? document : (document as { data?: unknown } | null)?.data;
    if (Array.isArray(data)) return checked({ data });
  }
  if (format !== 'openrouter' && isLiteLlm(document)) return checked({ litellm: document });
  return refuse(format === 'litellm' ? 'contains no models with a litellm_provider' : 'contains no list of models');
}

const checked = (document: object): Promise<ModelsDocument> => checkPayload(ModelsDocument, document);

const isLiteLlm = (document: unknown): document is Record<string, unknown> =>
  typeof document === 'object' &&
  document !== null &&
  Object.values(document).some((item) => typeof (item as Members | null)?.['litellm_provider'] === 'string');

type Members = Record<string, unknown>;

class PriceId extends PickType(ModelPriceRow, ['id'] as const) {}

/** `tollgate prices withdraw`. */
@SubCommand({
  name: 'withdraw',
  arguments: '<id>',
  argsDescription: { id: 'Price id, as shown by `prices set` and by the history' },
  description: 'Withdraw a price that was set by hand; the model uses the list price again',
})
export class PriceWithdrawCommand extends DtoCommand<PriceId> {
  protected readonly dto = PriceId;
  protected override readonly argument = 'id';

  constructor(
    terminal: Terminal,
    private readonly prices: PricesService,
  ) {
    super(terminal);
  }

  protected override async execute({ id }: PriceId): Promise<void> {
    this.show(ModelPriceView, await this.prices.withdraw(cliActor(), id));
  }
}

export const CATALOGUE_COMMANDS = [
  PricesListCommand,
  PriceSetCommand,
  PriceWithdrawCommand,
  PricesImportCommand,
  PricesSyncCommand,
];
