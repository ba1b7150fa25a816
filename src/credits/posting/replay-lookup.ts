import { Injectable } from '@nestjs/common';
import { nameOf, type RecordedEvent } from '../../metering/usage-event.js';
import { UsageEventsRepository } from '../../metering/usage-events.repository.js';
import type { Tx } from '../../platform/database/database.js';
import type { StoredLine } from '../accounts/account-lines.js';
import { IdempotencyRepository, type KnownKey } from './idempotency.js';
import { LedgerRepository } from '../ledger/ledger.repository.js';
import { eventOf, type Posting } from './posting.js';

/** Records of earlier requests that the current postings could be repeating. */
export interface KnownResults {
  keys: ReadonlyMap<string, KnownKey>;
  /** Ids of the lines, holds and events that the keys and events refer to. */
  recorded: readonly string[];
  lines: ReadonlyMap<string, StoredLine>;
  /** The accounts that have them: the one that is asked, and organizations that paid instead. */
  owners: readonly string[];
  /** Keyed by name and also by id. */
  events: ReadonlyMap<string, RecordedEvent>;
}

/** Looks up what earlier requests recorded, under the account's lock, so that repeated postings can be recognized. */
@Injectable()
export class ReplayLookup {
  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly ledger: LedgerRepository,
    private readonly events: UsageEventsRepository,
  ) {}

  async find(tx: Tx, user_id: string, postings: readonly Posting[]): Promise<KnownResults> {
    const keys = await this.keys.findAll(
      tx,
      user_id,
      postings.flatMap(({ key }) => (key ? [key.key] : [])),
    );
    const byKey = [...keys.values()].flatMap(({ resource_id }) => (resource_id === null ? [] : [resource_id]));
    const payers = [...keys.values()].flatMap(({ paid_by }) => paid_by ?? []);
    const events = await this.findEvents(tx, [user_id, ...payers], postings, byKey);
    const recorded = [...new Set([...byKey, ...[...events.values()].map(({ id }) => id)])];
    const owners = [...new Set([user_id, ...payers, ...[...events.values()].map((event) => event.user_id)])];
    const lines = await this.ledger.findAll(tx, owners, recorded);
    return { keys, recorded, events, owners, lines: new Map(lines.map((line) => [line.id, line])) };
  }

  private async findEvents(
    tx: Tx,
    owners: string[],
    postings: readonly Posting[],
    byKey: string[],
  ): Promise<Map<string, RecordedEvent>> {
    const reported = postings.flatMap((posting) => eventOf(posting) ?? []);
    if (reported.length === 0) return new Map();
    const names = reported.flatMap((event) => nameOf(event) ?? []);
    const byName = await this.events.findByNameIn(tx, names);
    const byId = await this.events.findAll(tx, owners, byKey);
    return new Map([...byName, ...[...byId, ...byName.values()].map((event) => [event.id, event] as const)]);
  }
}
