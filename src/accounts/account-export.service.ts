import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { PickType } from '@nestjs/swagger';
import { AuditRepository } from '../audit/audit.repository.js';
import { BalanceView } from '../credits/credits.views.js';
import type { Actor } from '../platform/actor.js';
import { Database } from '../platform/database/database.js';
import { type ArchiveFile, archiveOf } from '../platform/export/archive.js';
import { exportOf } from '../platform/export/export.js';
import type { Pages } from '../platform/export/sheet.js';
import { toWire } from '../platform/http/view.js';
import { AccountExportRepository } from './account-export.repository.js';
import { AccountOverview } from './account-overview.service.js';
import { AccountOverviewView } from './accounts-list.dto.js';
import { EXPORTED_TABLES, type ExportedTable, type Reader } from './exported-tables.js';
import { readmeOf } from './export-readme.js';

/** A requested export. */
export interface AccountExport {
  /** Returns the total number of rows. */
  readonly total: () => Promise<number>;
  /** Returns the zip archive. `onRows` receives the number of rows written so far. */
  readonly archive: (onRows?: (rows: number) => void) => Readable;
}

/** The parts of the account view that have no CSV file. */
class WholeView extends PickType(AccountOverviewView, ['account', 'grants', 'holds', 'usage', 'subscription']) {}

const CSV = { format: 'csv', excel: false } as const;

/** Exports all data about a person, for all ids that the account ever had, as one archive. */
@Injectable()
export class AccountExportService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditRepository,
    private readonly overview: AccountOverview,
    private readonly rows: AccountExportRepository,
  ) {}

  /** Starts an export and records it in the audit log. @throws DomainError `not_found` if the user has no account */
  async of(actor: Actor, user_id: string, reader: Reader): Promise<AccountExport> {
    const overview = await this.overview.of(actor, user_id);
    const user_ids = await this.rows.lineage(user_id);
    const act = { user_id, action: 'account.export', resource_type: 'account', resource_id: user_id };
    await this.db.transaction((tx) => this.audit.record(tx, actor, act));
    const at = new Date();
    const whole = { exported_at: at.toISOString(), user_ids, ...wholeOf(overview, reader) };
    return {
      total: () => this.rows.count(user_id, user_ids),
      archive: (onRows = () => undefined) =>
        archiveOf(
          [
            textFile('README.txt', readmeOf(user_ids, at, reader)),
            textFile('account.json', `${JSON.stringify(whole, null, 2)}\n`),
            ...this.files(user_ids, reader, onRows),
          ],
          at,
        ),
    };
  }

  private files(user_ids: readonly string[], reader: Reader, onRows: (rows: number) => void): ArchiveFile[] {
    let done = 0;
    const counted = async function* (pages: Pages): Pages {
      for await (const page of pages) {
        yield page;
        onRows((done += page.length));
      }
    };
    return EXPORTED_TABLES.map((table) => ({
      name: table.file,
      content: () => exportOf({ view: table.view, pages: counted(this.pages(table, user_ids, reader)) }, CSV),
    }));
  }

  private async *pages(table: ExportedTable, user_ids: readonly string[], reader: Reader): AsyncGenerator<object[]> {
    const isShort = reader === 'user' && table.table === 'audit_logs';
    for await (const page of this.rows.pages(table, user_ids)) {
      yield isShort
        ? page.map((entry) => (user_ids.includes(String(entry.actor)) ? entry : withoutDetails(entry)))
        : page;
    }
  }
}

/** Removes details from an audit entry of another actor, for the user's own export. */
const withoutDetails = (entry: object): object => ({ ...entry, actor: null, ip: null, request_id: null, metadata: {} });

function wholeOf(overview: AccountOverviewView, reader: Reader): object {
  const whole = toWire(WholeView, overview);
  return reader === 'admin' ? whole : { ...whole, account: toWire(BalanceView, overview.account) };
}

const textFile = (name: string, text: string): ArchiveFile => ({ name, content: () => Readable.from([text]) });
