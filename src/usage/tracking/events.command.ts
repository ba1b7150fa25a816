import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotIn, IsOptional } from 'class-validator';
import { Command, SubCommand } from 'nest-commander';
import { EventsListCommand, EventsTailCommand } from '../../events/events.command.js';
import type { Recording } from '../../metering/usage-events.repository.js';
import { cliActor, CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { EXIT } from '../../platform/cli/exit-codes.js';
import { Progress } from '../../platform/cli/progress.js';
import { Terminal } from '../../platform/cli/terminal.js';
import { type RecordError, recordError, throwIfUnavailable } from '../../platform/http/bodies/records.js';
import { checkPayload } from '../../platform/http/bodies/validation.js';
import { IsText } from '../../platform/values/wire-decorators.js';
import { type FileRecord, openEventFile } from './event-file.js';
import { reportOf } from './usage-report.js';
import { TrackRecord } from './track.dto.js';
import { readEach } from './track.reports.js';
import { TrackingService } from './tracking.service.js';
import { identified, RESERVED_SOURCES } from './work-identity.js';

/** The file to import, and its source. */
class EventsImportOrder {
  @ApiProperty({ description: 'A .csv, .ndjson or .jsonl file with tracking fields' })
  @IsText({ min_length: 1 })
  file!: string;

  @ApiPropertyOptional({
    description: 'The system the events come from; request ids are unique within it',
    type: 'string',
    default: 'import',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  @IsNotIn(RESERVED_SOURCES, {
    message: `source must not be one of ${RESERVED_SOURCES.join(', ')}, which are reserved`,
  })
  source: string = 'import';
}

/** The result of an import. */
interface ImportSummary {
  recorded: number;
  duplicates: number;
  errors: ({ line: number } & RecordError)[];
  error_count: number;
}

const BATCH = 1000;
const ERRORS_SHOWN = 100;

/** `tollgate events import`: exits with 2 when lines were invalid; all other lines are recorded. */
@SubCommand({
  name: 'import',
  arguments: '<file>',
  argsDescription: { file: 'A .csv (field names in the first line), .ndjson or .jsonl file' },
  description:
    'Record the events of a file; those with `charge` or `settle` are charged. Safe to repeat after an interruption',
})
export class EventsImportCommand extends DtoCommand<EventsImportOrder> {
  protected readonly dto = EventsImportOrder;
  protected override readonly argument = 'file';

  constructor(
    terminal: Terminal,
    private readonly tracking: TrackingService,
  ) {
    super(terminal);
  }

  protected override async execute({ file, source }: EventsImportOrder): Promise<void> {
    const is_history = this.command.getOptionValue('history') === true;
    const { bytes, records } = await openEventFile(file);
    const summary: ImportSummary = { recorded: 0, duplicates: 0, errors: [], error_count: 0 };
    const progress = new Progress(this.terminal, 'bytes');
    try {
      for await (const batch of batchesOf(records)) {
        await this.take(batch, { source, is_history }, summary);
        progress.update(batch.at(-1)?.bytes_read ?? bytes, bytes);
      }
    } finally {
      progress.stop();
    }
    if (summary.error_count > 0) this.terminal.exit_code = EXIT.usage;
    if (this.terminal.isJson) this.terminal.printJson(summary);
    else this.printReport(summary);
  }

  protected override addOptions(): void {
    super.addOptions();
    const history =
      'Import past usage of any age, for reports only: it is never charged and never counted against limits';
    this.command.option('--history', history);
  }

  private async take(
    batch: FileRecord[],
    { source, is_history }: { source: string; is_history: boolean },
    summary: ImportSummary,
  ): Promise<void> {
    const reports = await readEach(batch, async (record) => {
      const work = await checkPayload(TrackRecord, record.read());
      return identified(
        reportOf(work, { user_id: work.user_id, source }, new Date(), is_history ? 'history' : 'live'),
        work.usage,
      );
    });
    const ends = await this.tracking.trackAll(cliActor(), reports);
    throwIfUnavailable(ends); // continuing would only collect errors; a repeated import resumes here
    ends.forEach((end, i) => note(summary, end, batch[i]?.line ?? 0));
  }

  private printReport({ recorded, duplicates, errors, error_count }: ImportSummary): void {
    for (const { line, error } of errors) this.terminal.print(`line ${line}: ${error}`);
    if (error_count > errors.length) this.terminal.print(`and ${error_count - errors.length} more invalid lines`);
    this.terminal.print(`Recorded ${recorded}, duplicates ${duplicates}, invalid ${error_count}.`);
  }
}

/** `tollgate events`. */
@Command({
  name: 'events',
  description: 'Read the events about accounts; import usage events',
  subCommands: [EventsListCommand, EventsTailCommand, EventsImportCommand],
})
export class EventsCommand extends CommandGroup {}

function note(summary: ImportSummary, end: Recording | Error, line: number): void {
  if (!(end instanceof Error)) {
    summary[end.is_duplicate ? 'duplicates' : 'recorded'] += 1;
    return;
  }
  summary.error_count += 1;
  if (summary.errors.length < ERRORS_SHOWN) summary.errors.push({ line, ...recordError(end) });
}

async function* batchesOf(records: AsyncIterable<FileRecord>): AsyncGenerator<FileRecord[]> {
  let batch: FileRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
