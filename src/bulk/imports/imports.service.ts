import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { credit_import_line_state, credit_import_mode } from '../../generated/prisma/enums.js';
import type { CreditImportLineRow, CreditImportRow } from '../../generated/rows.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Actor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { invalidCursor, type Page, paginate, paginateBy } from '../../platform/database/paging.js';
import { DomainError } from '../../platform/errors.js';
import type { Sheet } from '../../platform/export/sheet.js';
import type { PageQuery } from '../../platform/http/page.js';
import type { Replayable } from '../../platform/replayable.js';
import { linesOf } from './file-lines.js';
import { IMPORT_JOB } from './import-booking.js';
import {
  type CreditImportLinesQuery,
  CreditImportLineView,
  type CreditImportQuery,
  type CreditImportView,
} from './imports.dto.js';
import { CreditImportsRepository } from './imports.repository.js';
import { checkLines } from './line-check.js';

/** Most lines of a file that is booked in one transaction, which locks all of its accounts meanwhile. */
const TOGETHER_MAX = 1_000;
const SHEET_PAGE = 1_000;
/** Lines that a refusal of a file names. */
const FAULTS_SHOWN = 3;

const BY_LINE = {
  encode: ({ line }: CreditImportLineRow): string => String(line),
  decode: (cursor: string): number => {
    if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
    throw invalidCursor();
  },
};

/** Files of credits for many accounts: checks, confirms and shows them. {@link ImportBooking} books them. */
@Injectable()
export class CreditImports {
  constructor(
    private readonly db: Database,
    private readonly imports: CreditImportsRepository,
    private readonly jobs: Jobs,
    private readonly audit: AuditRepository,
  ) {}

  /**
   * Checks a file, and confirms it unless it is a dry run. A file that was confirmed before is not booked again; the answer
   * is the import as it stands, as a replay.
   * @throws InvalidInput when the file cannot be read; the errors of {@link confirm}
   */
  async upload(
    actor: Actor,
    file: string,
    { name, mode, dry_run }: CreditImportQuery,
  ): Promise<Replayable<CreditImportView>> {
    const lines = linesOf(file);
    const checked = await checkLines(lines, new Date(), (ids) => this.imports.accountsOf(ids));
    const taken = await this.db.transaction(async (tx) => {
      const found = await this.imports.take(tx, name, hash('sha256', file), actor.user_id);
      if (isConfirmed(found)) return found;
      await this.imports.replaceLines(tx, found.id, checked);
      await this.imports.update(tx, found.id, { name, state: 'checked', error: null, mode: null });
      return { ...found, state: 'checked' as const };
    });
    if (isConfirmed(taken)) return { result: await this.get(taken.id), replayed: true };
    return dry_run ? { result: await this.get(taken.id), replayed: false } : this.confirm(actor, taken.id, mode);
  }

  /**
   * Starts to book a checked import. Repeating it has no further effect.
   * @throws NotFound; DomainError `import_has_errors` when all lines are wanted and some cannot be booked, `import_too_large`
   *   when more lines are wanted in one transaction than are possible
   */
  async confirm(actor: Actor, id: string, mode: credit_import_mode): Promise<Replayable<CreditImportView>> {
    const replayed = await this.db.transaction(async (tx) => {
      const row = await this.imports.lock(tx, id);
      if (isConfirmed(row)) return true;
      await this.assertBookable(tx, row, mode);
      await this.imports.confirm(tx, id, mode);
      await this.jobs.enqueue(tx, IMPORT_JOB, { import_id: id });
      const about = { user_id: actor.user_id, resource_type: 'credit_import', resource_id: id };
      await this.audit.record(tx, actor, {
        ...about,
        action: 'credit_import.confirm',
        metadata: { name: row.name, mode },
      });
      return false;
    });
    return { result: await this.get(id), replayed };
  }

  /** Returns a page of imports, newest first. */
  async list(query: PageQuery): Promise<Page<CreditImportView>> {
    const page = await paginate(this.imports, {}, query);
    return { ...page, items: await this.imports.counted(page.items) };
  }

  /** @throws NotFound */
  async get(id: string): Promise<CreditImportView> {
    const [view] = await this.imports.counted([await this.imports.get(id)]);
    return view as CreditImportView;
  }

  /** Returns a page of the lines with their results. @throws NotFound */
  async lines(id: string, { state, ...page }: CreditImportLinesQuery): Promise<Page<CreditImportLineRow>> {
    await this.imports.get(id);
    return paginateBy(BY_LINE, this.imports.lines, { import_id: id, state }, page);
  }

  /** Returns the lines with their results as a table. @throws NotFound */
  async sheet(id: string, state?: credit_import_line_state): Promise<Sheet> {
    await this.imports.get(id);
    return { view: CreditImportLineView, pages: this.pages(id, state) };
  }

  private async *pages(import_id: string, state?: credit_import_line_state): AsyncGenerator<CreditImportLineRow[]> {
    for (let after: number | null = 0; after !== null;) {
      const rows = await this.imports.lines.list({ import_id, state }, { take: SHEET_PAGE, skip: 0, after });
      yield rows;
      after = rows.length < SHEET_PAGE ? null : (rows.at(-1)?.line ?? null);
    }
  }

  private async assertBookable(tx: Tx, { id }: CreditImportRow, mode: credit_import_mode): Promise<void> {
    const { ready, invalid, lines } = await this.imports.countStates(tx, id);
    if (ready === 0 || (invalid > 0 && mode === 'all_or_nothing')) {
      const wrong = `${invalid} of ${lines} lines cannot be booked, so nothing was.`;
      const remedy = ready === 0 ? 'Correct the file.' : 'Correct the file, or book the others with mode=best_effort.';
      throw refused('import_has_errors', [wrong, await this.firstFaults(tx, id), remedy].join(' '));
    }
    if (mode === 'best_effort') return;
    if (ready <= TOGETHER_MAX) return;
    const detail = `Only ${TOGETHER_MAX} lines can be booked all or none; the file has ${ready}. Split it, or use mode=best_effort.`;
    throw refused('import_too_large', detail);
  }

  private async firstFaults(tx: Tx, id: string): Promise<string> {
    const faults = await this.imports.firstInvalid(tx, id, FAULTS_SHOWN);
    return faults.map(({ line, error }) => `Line ${line}: ${error ?? ''}`).join(' ');
  }
}

const isConfirmed = ({ state }: Pick<CreditImportRow, 'state'>): boolean => state === 'booking' || state === 'complete';

const refused = (code: string, detail: string): DomainError => new DomainError('conflict', code, detail);
