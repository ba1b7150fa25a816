import { Injectable } from '@nestjs/common';
import { ApiProperty, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { AuditRepository } from '../audit/audit.repository.js';
import { OpenrouterAccountRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { OPENROUTER_KEY } from '../platform/config/openrouter-config.js';
import { Database } from '../platform/database/database.js';
import { InvalidInput } from '../platform/errors.js';
import { PayloadPipe } from '../platform/http/bodies/validation.js';
import { KeyRing } from '../platform/secrets/key-ring.js';
import { IsText } from '../platform/values/wire-decorators.js';
import { type FernetKey, openFernet } from './fernet.js';
import { keyHint } from './key-facts.js';
import { type NewAccount, OpenRouterRepository } from './openrouter.repository.js';

/** One account of the previous system. */
class FernetAccount extends IntersectionType(
  PickType(OpenrouterAccountRow, ['user_id'] as const),
  PartialType(PickType(OpenrouterAccountRow, ['email'] as const), { skipNullProperties: false }),
) {
  @ApiProperty({ description: 'The OpenRouter key as a Fernet token.', type: 'string' })
  @IsText({ min_length: 1, max_length: 2_000 })
  api_key_encrypted!: string;
}

/** The result of an import. */
export interface ImportReport {
  imported: number;
  /** Users who already have a key here, which stays. */
  kept: number;
  /** Invalid lines. */
  faults: { line: number; message: string }[];
}

const BATCH = 500;

/** Imports keys that the previous system stored as Fernet tokens. */
@Injectable()
export class FernetImport {
  private readonly pipe = new PayloadPipe();

  constructor(
    private readonly db: Database,
    private readonly accounts: OpenRouterRepository,
    private readonly audit: AuditRepository,
    private readonly ring: KeyRing,
  ) {}

  /**
   * Imports JSON lines with `user_id`, `api_key_encrypted` and optionally `email`. The keys are not checked with
   * OpenRouter, so `last_synced` is null until the first sync. Can be repeated: existing keys stay.
   * @param onProgress called with the number of processed lines and the total
   * @throws DomainError `encryption_not_configured`
   */
  async import(
    actor: Actor,
    key: FernetKey,
    lines: readonly string[],
    onProgress: (done: number, total: number) => void,
  ): Promise<ImportReport> {
    const report: ImportReport = { imported: 0, kept: 0, faults: [] };
    for (let start = 0; start < lines.length; start += BATCH) {
      const batch = lines.slice(start, start + BATCH);
      const accounts: NewAccount[] = [];
      for (const [index, line] of batch.entries()) {
        const account = line.trim() === '' ? null : await this.read(line, key);
        if (typeof account === 'string') report.faults.push({ line: start + index + 1, message: account });
        else if (account) accounts.push(account);
      }
      const imported = await this.store(actor, accounts);
      report.imported += imported;
      report.kept += accounts.length - imported;
      onProgress(start + batch.length, lines.length);
    }
    return report;
  }

  /**
   * Returns the account of a line, or what is wrong with it. The message never quotes the line, which may contain a
   * key.
   */
  private async read(line: string, key: FernetKey): Promise<NewAccount | string> {
    const given = await this.validated(line);
    if (typeof given === 'string') return given;
    const { user_id, email = null, api_key_encrypted } = given;
    const api_key = openFernet(key, api_key_encrypted);
    if (api_key === null) return 'api_key_encrypted was not encrypted with this Fernet key';
    if (!OPENROUTER_KEY.test(api_key)) return 'api_key_encrypted does not contain an OpenRouter key';
    const encrypted_key = this.ring.seal(api_key, user_id);
    return { user_id, email, encrypted_key, key_hint: keyHint(api_key), last_synced: null };
  }

  private async validated(line: string): Promise<FernetAccount | string> {
    try {
      const given = JSON.parse(line) as unknown;
      return (await this.pipe.transform(given, { type: 'body', metatype: FernetAccount })) as FernetAccount;
    } catch (error) {
      return error instanceof InvalidInput ? error.message : 'is not valid JSON';
    }
  }

  private store(actor: Actor, accounts: NewAccount[]): Promise<number> {
    return this.db.transaction(async (tx) => {
      const added = await this.accounts.addMissing(tx, accounts);
      const entry = { actor, action: 'openrouter.import', resource_type: 'openrouter_account' };
      await this.audit.recordAll(
        tx,
        added.map(({ user_id }) => ({ ...entry, user_id, resource_id: user_id })),
      );
      return added.length;
    });
  }
}
