import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import { writeEvents } from '../events/event-log.js';
import type { ApiKeyRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import type { Tx } from '../platform/database/database.js';

/** What happened to a key. */
export type KeyAction = 'create' | 'import' | 'update' | 'rotate' | 'pause' | 'brake' | 'resume' | 'revoke';

/** The events that tell others of an action. */
const EVENTS = {
  create: 'key.created',
  import: 'key.created',
  update: null,
  rotate: 'key.rotated',
  pause: 'key.paused',
  brake: 'key.paused',
  resume: 'key.resumed',
  revoke: 'key.revoked',
} as const satisfies Record<KeyAction, string | null>;

/** Tells what happened to keys, in the audit log and as events, in the transaction of the change. */
@Injectable()
export class KeyLog {
  constructor(private readonly audit: AuditRepository) {}

  /** Records an action on a key, with facts about it that are no secrets. */
  async record(tx: Tx, actor: Actor, action: KeyAction, key: ApiKeyRow, facts: Record<string, unknown> = {}) {
    const { user_id, id, name, start } = key;
    const entry = { user_id, resource_type: 'api_key', resource_id: id, metadata: { name, start, ...facts } };
    await this.audit.record(tx, actor, { ...entry, action: `api_key.${action}` });
    const type = EVENTS[action];
    if (type !== null) await writeEvents(tx, [{ user_id, type, object: key }]);
  }
}
