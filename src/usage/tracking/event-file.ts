import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import { typedFields } from '../../platform/cli/options.js';
import { DomainError } from '../../platform/errors.js';
import { parseJson } from '../../platform/values/json-numbers.js';
import { TrackRecord } from './track.dto.js';

/** A record of a file, not validated yet. */
export interface FileRecord {
  /** Number of its last line, from 1. */
  line: number;
  /** Parses the record; throws InvalidInput for invalid fields. */
  read: () => unknown;
  /** Bytes of the file read so far. */
  bytes_read: number;
}

/** A file of events. */
export interface EventFile {
  bytes: number;
  records: AsyncIterable<FileRecord>;
}

/**
 * Opens a file of events and streams its records: CSV with the field names in the first line, or one JSON object per
 * line.
 * @throws DomainError `file_not_readable`, `unknown_file_type`
 */
export async function openEventFile(file: string): Promise<EventFile> {
  const bytes = await stat(file).then(
    (found) => found.size,
    () => {
      throw new DomainError('not_found', 'file_not_readable', `${file} cannot be read.`);
    },
  );
  switch (path.extname(file).toLowerCase()) {
    case '.csv':
      return { bytes, records: csvRecords(file) };
    case '.ndjson':
    case '.jsonl':
      return { bytes, records: jsonRecords(file) };
    default:
      throw new DomainError('invalid', 'unknown_file_type', `${file} must end in .csv, .ndjson or .jsonl.`);
  }
}

async function* csvRecords(file: string): AsyncGenerator<FileRecord> {
  const source = createReadStream(file);
  const parser = source.pipe(
    parse({ bom: true, columns: true, info: true, relax_column_count: true, skip_empty_lines: true }),
  );
  source.once('error', (error) => parser.destroy(error));
  for await (const { record, info } of parser as AsyncIterable<{
    record: Record<string, string>;
    info: { lines: number };
  }>) {
    const given = Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== ''));
    yield { line: info.lines, read: () => typedFields(TrackRecord, given), bytes_read: source.bytesRead };
  }
}

async function* jsonRecords(file: string): AsyncGenerator<FileRecord> {
  const source = createReadStream(file);
  let line = 0;
  for await (const text of createInterface({ input: source, crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() !== '') yield { line, read: () => jsonOf(text), bytes_read: source.bytesRead };
  }
}

/** Parses a line. Invalid JSON stays a string, which validation refuses as a record. */
function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text; // not JSON, as documented
  }
}
