import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { type AuditEntry, AuditRepository } from '../../audit/audit.repository.js';
import { UsageEventsRepository } from '../../metering/usage-events.repository.js';
import type { Actor } from '../../platform/actor.js';
import { amount } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import type { Account } from '../accounts/account.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { HoldsRepository } from '../holds/holds.repository.js';
import { IdempotencyRepository, type NewKey } from './idempotency.js';
import type { ChargePosting } from './posting.js';
import type { PostingEffect, StoredSession } from './decision.js';
import type { PostingSession } from './posting-session.js';
import type { Refusal } from '../accounts/refusal.js';

/**
 * Audited refusals per account and minute, on each instance. A caller that has run out of credits can retry thousands
 * of times a second; further entries would add nothing.
 */
const REFUSALS_A_MINUTE = 100;

/** Stores the decisions of a posting session, in the transaction that holds the account's lock. */
@Injectable()
export class PostingStore {
  private readonly audited = new RateLimiterMemory({ points: REFUSALS_A_MINUTE, duration: 60 });

  constructor(
    private readonly accounts: AccountsRepository,
    private readonly holds: HoldsRepository,
    private readonly keys: IdempotencyRepository,
    private readonly events: UsageEventsRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws 40001 when another transaction recorded one of the events in the meantime */
  async save(tx: Tx, account: Account, session: PostingSession): Promise<StoredSession> {
    const { user_id } = account;
    const saved = session.hasPosted
      ? await this.accounts.save(tx, account)
      : { account: await this.accounts.get(tx, user_id), lines: [] };
    const new_holds = await this.holds.createAll(tx, session.newHolds);
    await this.holds.updateAll(tx, user_id, [...session.changedHolds.values()]);
    const new_events = await this.events.insertAll(
      tx,
      session.newEvents.map(({ event, line }) => ({
        event,
        line_id: (line !== null && saved.lines[line]?.id) || null,
      })),
      saved.account.last_updated,
    );
    const stored = { ...saved, new_holds, new_events };
    await this.keys.record(tx, user_id, newKeys(session, stored));
    await this.audit.recordAll(tx, [...(await this.refusalEntries(user_id, session)), ...releaseEntries(session)]);
    return stored;
  }

  private async refusalEntries(
    user_id: string,
    { refusals }: PostingSession,
  ): Promise<(AuditEntry & { actor: Actor })[]> {
    return refusals.slice(0, await this.auditsLeft(user_id, refusals.length)).map(({ posting, refusal }) => ({
      actor: posting.actor,
      user_id,
      action: 'credit.deduct_failed',
      result: 'failure',
      resource_type: 'user_credits',
      resource_id: user_id,
      metadata: particulars(posting, refusal),
    }));
  }

  /** Returns how many of these refusals can still be audited in the current minute. */
  private async auditsLeft(user_id: string, refusals: number): Promise<number> {
    if (refusals === 0) return 0;
    const { consumedPoints } = await this.audited.penalty(user_id, refusals);
    return Math.max(0, REFUSALS_A_MINUTE - (consumedPoints - refusals));
  }
}

const releaseEntries = ({ releasedForOthers }: PostingSession): (AuditEntry & { actor: Actor })[] =>
  releasedForOthers.map(({ actor, hold }) => ({
    actor,
    user_id: hold.user_id,
    action: 'hold.release',
    resource_type: 'credit_hold',
    resource_id: hold.id,
    metadata: { amount: hold.amount, service: hold.service, made_by: hold.actor },
  }));

function particulars({ details }: ChargePosting, refusal: Refusal): Record<string, unknown> {
  const { code } = refusal;
  const service = details.service ?? null;
  if ('limit' in refusal) return { code, limit_source: refusal.limit_source, limit: refusal.limit, service };
  if (!('required' in refusal)) return { code, service };
  return { code, required: amount(refusal.required), available: amount(refusal.available), service };
}

function newKeys(session: PostingSession, stored: StoredSession): NewKey[] {
  return [...session.newKeys].map(([key, { request_hash, made }]) => {
    return { key, request_hash, resource_id: idOf(made, stored) };
  });
}

function idOf(
  { id, line, new_hold, new_event }: PostingEffect,
  { lines, new_holds, new_events }: StoredSession,
): string | null {
  if (id !== undefined) return id;
  if (line !== undefined) return lines[line]?.id ?? null;
  if (new_hold !== undefined) return new_holds[new_hold]?.id ?? null;
  return new_event === undefined ? null : (new_events[new_event]?.id ?? null);
}
