import { Injectable } from '@nestjs/common';
import type { CreditHoldRow } from '../../generated/rows.js';
import { recordedAs } from '../../metering/usage-event.js';
import { amount, max, units } from '../../platform/values/amount.js';
import { Database } from '../../platform/database/database.js';
import { sqlState } from '../../platform/database/database-errors.js';
import { UNATTRIBUTED } from '../../platform/attribution.js';
import { textArray } from '../../platform/database/record-set.js';
import type { LineDetails } from '../accounts/account.js';
import type { ShownAccount } from '../accounts/shown-account.js';
import { json } from '../../platform/values/wire.js';
import { type Entry, POST } from './batch.sql.js';
import { BudgetedAccounts } from './budgeted-accounts.js';
import type { Group, Step } from './group.js';
import { CHARGE, LONE } from './lone.sql.js';
import {
  callOf,
  captureDetails,
  type ChargePosting,
  eventOf,
  type HoldPosting,
  type Outcome,
  type Posting,
} from './posting.js';

/** The result for a group: the ids of its steps, in order and separated by spaces, and the holds it resolved. */
type PostedRow = ShownAccount & { ids: string; at: Date; posted_for?: string; resolved?: CreditHoldRow[] | null };

type ChargedRow = ShownAccount & { id: string; at: Date };

const UNIQUE_VIOLATION = '23505';

/** Posts batches: groups of many users in one statement. */
@Injectable()
export class BatchRepository {
  constructor(
    private readonly db: Database,
    private readonly budgeted: BudgetedAccounts,
  ) {}

  /**
   * Posts each group as a whole, if it can be accepted. Returns an outcome for each step of the accepted groups; the
   * others had no effect and must take the locked path.
   * @throws pg.DatabaseError 40001, 40P01 or 23505 when another process won a race; the batch had no effect
   */
  async post(groups: readonly Group[]): Promise<Map<string, Outcome[]>> {
    const isBudgeted = groups.some(({ user_id }) => this.budgeted.has(user_id));
    const rows = await (isLone(groups, isBudgeted)
      ? this.postLone(groups[0], isBudgeted)
      : this.postAll(groups, isBudgeted));
    const byUser = new Map(groups.map((group) => [group.user_id, group]));
    return new Map(rows.map((row) => [row.user_id, outcomesOf(byUser.get(row.user_id) as Group, row)]));
  }

  private postAll(groups: readonly Group[], isBudgeted: boolean): Promise<PostedRow[]> {
    const sorted = groups.toSorted((a, b) => (a.user_id < b.user_id ? -1 : 1));
    const isMetered = groups.some(({ steps }) => steps.some(({ posting }) => callOf(posting) ?? eventOf(posting)));
    const isHolding = groups.some(({ steps }) =>
      steps.some(({ posting }) => posting.kind === 'hold' || 'hold' in posting),
    );
    const parts = `${isMetered ? '_metered' : ''}${isHolding ? '_holds' : ''}${isBudgeted ? '_budgets' : ''}` as const;
    const name = `batch_post${parts}` as const;
    const { text, values } = POST[name];
    const isLater = sorted.every(({ steps }) => steps.every(({ posting }) => isLeased(posting)));
    const asked = sorted.map(isMetered ? meteredColumns : groupColumns);
    return this.db.statement<PostedRow>(name, text, values(isLater, asked, sorted.flatMap(entriesOf)));
  }

  /** Posts a single posting; a known key or event makes it take the locked path. */
  private async postLone(group: Group, isBudgeted: boolean): Promise<PostedRow[]> {
    try {
      return await this.postWithoutCheck(group, isBudgeted);
    } catch (error) {
      if (sqlState(error) === UNIQUE_VIOLATION) return [];
      throw error;
    }
  }

  private async postWithoutCheck(group: Group, isBudgeted: boolean): Promise<PostedRow[]> {
    const [{ posting }] = group.steps as [Step];
    if (posting.kind === 'deduct' || posting.kind === 'settle') {
      const rows = await this.db.statement<ChargedRow>('batch_charge', CHARGE, chargeParameters(posting));
      return rows.map((row) => Object.assign(row, { ids: row.id }));
    }
    const name = `${posting.kind === 'hold' ? 'lone_hold' : 'lone_capture'}${isBudgeted ? '_budgets' : ''}` as const;
    const [entry] = entriesOf(group) as [Entry];
    const values = LONE[name].values(isLeased(posting), meteredColumns(group), entry);
    return this.db.statement<PostedRow>(name, LONE[name].text, values);
  }
}

function chargeParameters({ user_id, amount: charged, details, actor, key }: ChargePosting): unknown[] {
  const { service = null, model = null, cost_breakdown, description = null, metadata = {} } = details;
  const { api_key_id, member_id, tags } = details.attribution ?? UNATTRIBUTED;
  const line = [service, model, cost_breakdown ? json(cost_breakdown) : null, description, json(metadata)];
  const named = [key?.key ?? null, key?.request_hash ?? null];
  return [user_id, amount(charged), ...line, actor.user_id, actor.request_id, ...named, api_key_id, member_id, tags];
}

/** Whether asynchronous commit is safe for a posting: losing a leased hold in a database crash is harmless. */
const isLeased = (posting: Posting): boolean => posting.kind === 'hold' && posting.lease_s !== undefined;

/** Whether a batch is a single posting that has a statement of its own. */
function isLone(groups: readonly Group[], isBudgeted: boolean): groups is [Group] {
  const [group, ...others] = groups;
  const [step, ...later] = group?.steps ?? [];
  if (!step || others.length > 0 || later.length > 0) return false;
  const { posting } = step;
  if (posting.kind === 'capture') return posting.event !== undefined && posting.key === undefined;
  if (posting.kind === 'hold') return true;
  return (posting.kind === 'deduct' || posting.kind === 'settle') && !posting.event && !isBudgeted;
}

function groupColumns({ user_id, need, charged, held, steps, terms }: Group): object {
  const ttls = steps.flatMap(({ posting }) => (posting.kind === 'hold' ? [posting.ttl_s] : []));
  return {
    user_id,
    need: amount(need),
    charged: amount(charged),
    held: amount(held),
    ttl_s: ttls.length > 0 ? Math.min(...ttls) : null,
    holds: steps.filter(({ posting }) => 'hold' in posting).length,
    ...terms,
  };
}

function meteredColumns(group: Group): object {
  const { metered, free } = group.calls;
  return {
    ...groupColumns(group),
    calls: metered.count,
    free_calls: free.count,
    list_cost: amount(group.list_cost),
    since: group.since,
    calls_need: metered.need || null, // a group without refusable calls ignores the limit, however many it settles
    free_calls_need: free.need || null,
  };
}

/**
 * Returns the rows of a group's steps. `after` is the sum of later charges; the final balance plus it is balance_after.
 */
function entriesOf(group: Group): Entry[] {
  let after = group.charged;
  return group.steps.map(({ posting, charged }, n) => {
    after -= charged;
    return {
      event: eventOf(posting),
      user_id: group.user_id,
      n,
      ...columnsOf(posting),
      amount: charged > 0n ? amount(-charged) : null,
      after: amount(after),
      actor: posting.actor.user_id,
      actor_request_id: posting.actor.request_id,
      idempotency_key: posting.key?.key,
      request_hash: posting.key?.request_hash,
    };
  });
}

function columnsOf(posting: Posting): object {
  switch (posting.kind) {
    case 'deduct':
    case 'settle':
      return lineColumns(posting.details);
    case 'hold': {
      const { service, model, metadata, attribution, ttl_s, lease_s } = posting;
      return {
        ...lineColumns({ service, model, metadata, attribution }),
        ttl_s,
        lease_s,
        hold_amount: amount(posting.amount),
      };
    }
    case 'capture':
      return { ...lineColumns(captureDetails(posting)), captured: amount(posting.amount) };
    case 'release':
    case 'extend':
      return { hold_id: posting.hold.id };
  }
}

/** Returns the columns of a ledger line or hold, with the tags as an array literal. */
function lineColumns({ attribution, metadata = {}, ...details }: LineDetails): object {
  const { api_key_id, member_id, tags } = attribution ?? UNATTRIBUTED;
  return { ...details, metadata, api_key_id, member_id, tags: tags && textArray(tags) };
}

/**
 * Returns the outcomes of a group's steps, with the account after each step computed backwards from the final row. The
 * row also serves as the account: copying it without its additional columns would take longer than the rest.
 */
function outcomesOf(group: Group, account: PostedRow): Outcome[] {
  const { at, resolved } = account;
  const idOf = account.ids.split(' ');
  const outcomeOf = (i: number, after: ShownAccount): Outcome => {
    const { posting, charged } = group.steps[i] as Step;
    const id = idOf[i] as string;
    const line = { id, amount: amount(-charged), balance_after: after.balance, created_at: at };
    const hold = posting.kind === 'hold' ? newHold(posting, id, at) : resolvedHold(posting, resolved);
    const reported = eventOf(posting);
    const event = reported
      ? recordedAs(reported, { id, transaction_id: charged > 0n ? id : null, created_at: at })
      : null;
    return { account: after, line: charged > 0n ? line : null, hold, event, replayed: false };
  };
  if (group.steps.length === 1) return [outcomeOf(0, account)];

  let [balance, held] = [units(account.balance), units(account.held)];
  let [used, free] = [units(account.used_this_period), units(account.free_tier_used)];
  const outcomes: Outcome[] = [];
  for (let i = group.steps.length - 1; i >= 0; i -= 1) {
    const step = group.steps[i] as Step;
    const free_tier_used = group.list_cost > 0n ? amount(max(0n, free)) : account.free_tier_used;
    const counters = { used_this_period: amount(max(0n, used)), free_tier_used };
    outcomes.push(outcomeOf(i, { ...account, balance: amount(balance), held: amount(held), ...counters }));
    balance += step.charged;
    used -= step.charged;
    free -= step.list_cost;
    held -= step.held;
  }
  return outcomes.reverse();
}

/** Returns the hold that a posting resolved. The statement returns it as JSON, with dates as strings. */
function resolvedHold(posting: Posting, resolved: CreditHoldRow[] | null | undefined): CreditHoldRow | null {
  const row = 'hold' in posting ? resolved?.find(({ id }) => id === posting.hold.id) : undefined;
  if (!row) return null;
  const { expires_at, created_at, resolved_at } = row;
  return {
    ...row,
    expires_at: new Date(expires_at),
    created_at: new Date(created_at),
    resolved_at: resolved_at && new Date(resolved_at),
    lease_until: null,
  };
}

function newHold(posting: HoldPosting, id: string, at: Date): CreditHoldRow {
  const { user_id, service, model, metadata, attribution = UNATTRIBUTED, ttl_s, lease_s, actor } = posting;
  const after = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);
  return {
    id,
    user_id,
    service,
    model,
    metadata,
    ...attribution,
    actor: actor.user_id,
    status: 'active',
    resolved_at: null,
    amount: amount(posting.amount),
    captured_amount: '0',
    expires_at: after(ttl_s),
    work_id: null,
    work_progress: null,
    lease_until: lease_s === undefined ? null : after(lease_s),
    created_at: at,
  };
}
