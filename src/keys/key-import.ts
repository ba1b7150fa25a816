import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { ApiKeyRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { Database } from '../platform/database/database.js';
import { rowId } from '../platform/database/row-id.js';
import { DomainError } from '../platform/errors.js';
import { readUserId } from '../platform/values/user-id.js';
import { instant } from '../platform/values/wire-decorators.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { SHA_256 } from './secrets/key-digest.js';
import { KeyLog } from './key-log.js';
import { assertReadable, defaultScopes } from './key-powers.js';

/** The result of an import. */
export interface KeyImportReport {
  imported: number;
  /** Keys whose hash is stored already; they stay as they are. */
  known: number;
  faults: { line: number; message: string }[];
}

/** Names with which LiteLLM means every model. */
const EVERY_MODEL = ['all-proxy-models', 'all-team-models'];
const START_DEFAULT = 'sk-...';

const text = z.string().trim().min(1);
const listed = z.array(text.max(255)).max(500).nullish();
const limit = z.int().min(1).max(1_000_000).nullish();
const time = text.nullish().transform((given, context) => {
  const read = given ? instant(given.replace(' ', 'T')) : null;
  if (given && !read) context.addIssue('must be a timestamp such as 2027-01-31T09:30:00Z');
  return read;
});

/** A key as other systems export it. LiteLLM's own columns have other names, which are accepted. */
const exported = z
  .object({
    user_id: z
      .string()
      .transform((given) => readUserId(given))
      .pipe(z.string('is not a user id')),
    key_hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the secret, in hexadecimal'),
    name: text.max(100).nullish(),
    start: text.max(32).nullish(),
    allowed_models: listed,
    requests_per_minute: limit,
    tokens_per_minute: limit,
    expires_at: time,
    blocked: z.boolean().nullish(),
  })
  .transform(({ allowed_models, ...key }) => {
    return { ...key, allowed_models: (allowed_models ?? []).filter((model) => !EVERY_MODEL.includes(model)) };
  });

type ExportedKey = z.output<typeof exported>;

/** Imports keys whose secrets only their users know, from the SHA-256 hashes that other systems store. */
@Injectable()
export class KeyImport {
  constructor(
    private readonly db: Database,
    private readonly keys: ApiKeysRepository,
    private readonly log: KeyLog,
  ) {}

  /**
   * Imports one key per line of JSON. Safe to repeat: a known hash is skipped.
   * @param onProgress called with the number of lines that were read, and of all lines
   */
  async import(
    actor: Actor,
    lines: readonly string[],
    onProgress: (done: number, total: number) => void,
  ): Promise<KeyImportReport> {
    const report: KeyImportReport = { imported: 0, known: 0, faults: [] };
    for (const [i, line] of lines.entries()) {
      const fault = line.trim() === '' ? null : await this.importLine(actor, line, report);
      if (fault !== null) report.faults.push({ line: i + 1, message: fault });
      onProgress(i + 1, lines.length);
    }
    return report;
  }

  /** @returns what is wrong with the line, or null */
  private async importLine(actor: Actor, line: string, report: KeyImportReport): Promise<string | null> {
    const { key, fault } = readLine(line);
    if (!key) return fault;
    if (await this.store(actor, key)) report.imported += 1;
    else report.known += 1;
    return null;
  }

  /** @returns whether the key is new */
  private store(actor: Actor, { name, start, blocked, ...given }: ExportedKey): Promise<boolean> {
    const now = new Date();
    return this.db.transaction(async (tx) => {
      if (await this.keys.isTaken(tx, given.key_hash)) return false;
      const key = await this.keys.create(tx, {
        ...UNUSED,
        ...given,
        id: rowId(given.user_id, now),
        name: name ?? 'Imported key',
        start: start ?? START_DEFAULT,
        requests_per_minute: given.requests_per_minute ?? null,
        tokens_per_minute: given.tokens_per_minute ?? null,
        paused_at: blocked === true ? now : null,
        paused_reason: blocked === true ? 'Blocked in the system that it comes from' : null,
        created_by: actor.user_id,
        created_at: now,
      });
      await this.log.record(tx, actor, 'import', key, { role: key.role, scopes: key.scopes });
      return true;
    });
  }
}

/** What an imported key has besides what it brings along. */
const UNUSED = {
  prefix: null,
  hash_alg: SHA_256,
  previous_hash: null,
  previous_hash_alg: null,
  previous_expires_at: null,
  rotated_at: null,
  role: 'user',
  member_id: null,
  scopes: defaultScopes('user', {}),
  denied_models: [],
  allowed_services: [],
  allowed_cidrs: [],
  tags: [],
  metadata: {},
  brake: true,
  braked_model: null,
  braked_burn: null,
  revoked_at: null,
  last_used_at: null,
  last_used_ip: null,
} satisfies Partial<ApiKeyRow>;

/** LiteLLM's names of the columns of LiteLLM_VerificationToken. */
const LITELLM_NAMES: Record<string, string> = {
  token: 'key_hash',
  key_alias: 'name',
  key_name: 'start',
  models: 'allowed_models',
  rpm_limit: 'requests_per_minute',
  tpm_limit: 'tokens_per_minute',
  expires: 'expires_at',
};

function readLine(line: string): { key: ExportedKey | null; fault: string } {
  try {
    const given = z.record(z.string(), z.unknown()).parse(JSON.parse(line));
    const named = Object.entries(given).map(([name, value]) => [LITELLM_NAMES[name] ?? name, value]);
    const key = exported.parse(Object.fromEntries(named));
    assertReadable(key);
    return { key, fault: '' };
  } catch (error) {
    return { key: null, fault: faultOf(error) };
  }
}

function faultOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map(({ path, message }) => `${path.join('.') || 'the line'}: ${message}`).join('; ');
  }
  return error instanceof DomainError ? error.message : 'is not a JSON object';
}
