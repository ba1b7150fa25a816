import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import { conflict, type IdempotencyKey, idempotencyKey } from '../../credits/posting/idempotency.js';
import type { ScheduledGrantRow, ScheduledGrantRunRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { type Page, paginate } from '../../platform/database/paging.js';
import { InvalidInput, NotFound } from '../../platform/errors.js';
import type { Replayable } from '../../platform/replayable.js';
import { dayOf, startOfDay } from '../../platform/values/calendar.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { expiryOf, type GrantRule, nextOccurrences } from './occurrences.js';
import { type Receiver, ScheduleRunsRepository } from './schedule-runs.repository.js';
import type {
  OccurrenceView,
  ScheduledGrantBody,
  ScheduledGrantChangeBody,
  ScheduledGrantPreviewView,
  ScheduledGrantsQuery,
  ScheduledGrantView,
} from './schedules.dto.js';
import { SchedulesRepository } from './schedules.repository.js';

const PREVIEW_MAX = 12;
const RUNS_MAX = 100;

/** A scheduled grant before it is stored. */
type Draft = Omit<ScheduledGrantRow, 'id' | 'created_at' | 'created_by' | 'idempotency_key' | 'request_hash'>;

/** Scheduled grants, for admins. Changes are recorded in the audit log. */
@Injectable()
export class ScheduledGrants {
  constructor(
    private readonly db: Database,
    private readonly schedules: SchedulesRepository,
    private readonly runs: ScheduleRunsRepository,
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns a page of scheduled grants, newest first. @throws InvalidInput for an invalid cursor */
  async list({ is_paused, ...page }: ScheduledGrantsQuery): Promise<Page<ScheduledGrantView>> {
    const rows = await paginate(this.schedules, { is_paused }, page);
    return { ...rows, items: await this.views(rows.items) };
  }

  /** @throws NotFound */
  async get(id: string): Promise<ScheduledGrantView> {
    return this.view(await this.schedules.get(id));
  }

  /** Returns the latest occurrences, newest first. @throws NotFound */
  async runsOf(id: string): Promise<ScheduledGrantRunRow[]> {
    await this.schedules.get(id);
    return this.runs.ofSchedule(id, RUNS_MAX);
  }

  /** Returns what a scheduled grant would do; nothing is stored. @throws InvalidInput, NotFound for an unknown receiver */
  async preview(body: ScheduledGrantBody): Promise<ScheduledGrantPreviewView> {
    const draft = await this.draft(body);
    return this.previewOf(draft, draft.active_since);
  }

  /** Returns the next occurrences of a scheduled grant. @throws NotFound */
  async upcoming(id: string): Promise<ScheduledGrantPreviewView> {
    const schedule = await this.schedules.get(id);
    return this.previewOf(schedule, await this.schedules.now());
  }

  /**
   * Creates a scheduled grant. Its first occurrence can be today, even if the time of day is over; earlier ones are not
   * booked. A creator's idempotency key creates one.
   * @throws InvalidInput; NotFound for an unknown account or plan; DomainError `idempotency_conflict`
   */
  async create(actor: Actor, body: ScheduledGrantBody, key?: string): Promise<Replayable<ScheduledGrantView>> {
    const once = idempotencyKey(key, actor, 'scheduled_grant', { ...body, receiver: body.user_id });
    const known = await this.created(actor, once);
    if (known) return { result: await this.view(known), replayed: true };
    const draft = await this.draft(body);
    const row = await this.db.transaction((tx) => this.store(tx, actor, draft, once));
    const result = row ?? (await this.created(actor, once)); // another request has just used the key
    if (!result) throw new NotFound('The scheduled grant of this Idempotency-Key');
    return { result: await this.view(result), replayed: row === null };
  }

  /** Returns what an earlier request with the key created. @throws DomainError `idempotency_conflict` */
  private async created(actor: Actor, once: IdempotencyKey | undefined): Promise<ScheduledGrantRow | null> {
    if (!once) return null;
    const row = await this.schedules.ofKey(actor.user_id, once.key);
    if (row && row.request_hash !== once.request_hash) throw conflict();
    return row;
  }

  private async store(
    tx: Tx,
    actor: Actor,
    draft: Draft,
    once: IdempotencyKey | undefined,
  ): Promise<ScheduledGrantRow | null> {
    if (draft.tier !== null) await this.tiers.getToTakeUp(tx, draft.tier);
    const made_by = { created_by: actor.user_id, idempotency_key: once?.key, request_hash: once?.request_hash };
    const row = await this.schedules.create(tx, { ...draft, ...made_by });
    if (!row) return null;
    const { active_since: _since, paused_at: _paused, ...terms } = draft;
    await this.record(tx, actor, 'scheduled_grant.create', row, terms);
    return row;
  }

  /** Changes the terms of the occurrences to come. @throws NotFound, InvalidInput */
  change(actor: Actor, id: string, body: ScheduledGrantChangeBody): Promise<ScheduledGrantView> {
    return this.changed(actor, id, 'scheduled_grant.update', { ...body }, (row) => {
      assertOrder({ ...row, ...body });
      return body;
    });
  }

  /** Pauses a scheduled grant. An occurrence that is being booked stops and continues when it is resumed. @throws NotFound */
  async pause(actor: Actor, id: string): Promise<ScheduledGrantView> {
    const now = await this.schedules.now();
    return this.changed(actor, id, 'scheduled_grant.pause', {}, ({ paused_at }) => ({ paused_at: paused_at ?? now }));
  }

  /** Resumes a scheduled grant. Occurrences that were due while it was paused are not booked. @throws NotFound */
  async resume(actor: Actor, id: string): Promise<ScheduledGrantView> {
    const now = await this.schedules.now();
    return this.changed(actor, id, 'scheduled_grant.resume', {}, ({ paused_at }) =>
      paused_at === null ? {} : { paused_at: null, active_since: now },
    );
  }

  /** Removes a scheduled grant. Accounts that were not reached get nothing more; what was given stays. @throws NotFound */
  remove(actor: Actor, id: string): Promise<void> {
    return this.db.transaction(async (tx) => {
      const row = await this.schedules.lock(tx, id);
      await this.schedules.remove(tx, id);
      await this.record(tx, actor, 'scheduled_grant.delete', row, { name: row.name });
    });
  }

  private async changed(
    actor: Actor,
    id: string,
    action: string,
    metadata: Record<string, unknown>,
    decide: (row: ScheduledGrantRow) => Parameters<SchedulesRepository['update']>[2],
  ): Promise<ScheduledGrantView> {
    const changed = await this.db.transaction(async (tx) => {
      const row = await this.schedules.update(tx, id, decide(await this.schedules.lock(tx, id)));
      await this.record(tx, actor, action, row, metadata);
      return row;
    });
    return this.view(changed);
  }

  private async draft(body: ScheduledGrantBody): Promise<Draft> {
    const { user_id = null, tier = null, timezone = 'UTC', ends_on = null, ...terms } = body;
    if ((user_id === null) === (tier === null)) {
      const message = 'must be given, or tier for every account of a plan, but not both';
      throw new InvalidInput([{ field: 'user_id', message }]);
    }
    if (user_id !== null && !(await this.accounts.findOpen(user_id))) throw new NotFound(`Account ${user_id}`);
    if (tier !== null) await this.tiers.get(tier);
    const draft: Draft = {
      source: 'bonus',
      reason: null,
      expires_after_days: null,
      time_of_day: '00:00',
      ...terms,
      user_id,
      tier,
      timezone,
      ends_on,
      paused_at: null,
      active_since: startOfDay(dayOf(await this.schedules.now(), timezone), timezone),
    };
    assertOrder(draft);
    return draft;
  }

  private async previewOf(rule: GrantRule & Receiver & ExpiryRule, since: Date): Promise<ScheduledGrantPreviewView> {
    const accounts = await this.runs.countReceivers(rule, await this.schedules.now());
    return { accounts, next_runs: nextOccurrences(rule, since, PREVIEW_MAX).map((next) => upcoming(rule, next)) };
  }

  private async view(row: ScheduledGrantRow): Promise<ScheduledGrantView> {
    const [view] = await this.views([row]);
    return view as ScheduledGrantView;
  }

  private async views(rows: ScheduledGrantRow[]): Promise<ScheduledGrantView[]> {
    const now = await this.schedules.now();
    const latest = await this.runs.latest(rows.map(({ id }) => id));
    return rows.map(({ idempotency_key: _key, request_hash: _hash, ...row }) => {
      const [next] = nextOccurrences(row, now, 1);
      const next_run_at = row.paused_at === null ? (next?.due_at ?? null) : null;
      const state = !next ? 'ended' : row.paused_at === null ? 'active' : 'paused';
      return { ...row, state, next_run_at, last_run: latest.get(row.id) ?? null };
    });
  }

  private record(
    tx: Tx,
    actor: Actor,
    action: string,
    { id, user_id }: ScheduledGrantRow,
    metadata: Record<string, unknown>,
  ): Promise<void> {
    const about = { user_id: user_id ?? actor.user_id, resource_type: 'scheduled_grant', resource_id: id };
    return this.audit.record(tx, actor, { ...about, action, metadata });
  }
}

type ExpiryRule = Pick<ScheduledGrantRow, 'expires_after_days'>;

const upcoming = (rule: ExpiryRule, { day, due_at }: { day: string; due_at: Date }): OccurrenceView => ({
  day,
  due_at,
  expires_at: expiryOf(due_at, rule.expires_after_days),
});

function assertOrder({
  starts_on,
  ends_on,
}: Pick<GrantRule, 'starts_on'> & { ends_on?: string | null | undefined }): void {
  if (typeof ends_on !== 'string' || ends_on >= starts_on) return;
  throw new InvalidInput([{ field: 'ends_on', message: `must not be before starts_on (${starts_on})` }]);
}
