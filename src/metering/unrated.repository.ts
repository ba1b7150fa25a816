import { Injectable } from '@nestjs/common';
import { Prisma, type usage_events } from '../generated/prisma/client.js';
import type { UsageEventRow } from '../generated/rows.js';
import { amount, units } from '../platform/values/amount.js';
import { Database, type Tx } from '../platform/database/database.js';
import { json, type Wire, wire } from '../platform/values/wire.js';

/** The service and model of unrated work. */
export type UnratedModel = Pick<UsageEventRow, 'service' | 'model'>;

/** Selects unrated work of a model, all of it or only events with a measured quantity. */
export interface UnratedWork extends UnratedModel {
  measured_only: boolean;
}

/** Totals of the unrated work of a model. */
export interface UnratedTotals extends UnratedModel {
  event_count: number;
  /** Events without a measured quantity: no price per token or unit can rate them. */
  unmeasured_events: number;
  first_seen: Date;
  last_seen: Date;
  /** Their provisional cost, as decimal text. */
  total_cost: string;
}

/** The columns of an event that its rating sets; amounts as decimal text. */
export type RatedColumns = Pick<
  UsageEventRow,
  | 'provider_cost'
  | 'platform_markup'
  | 'total_cost'
  | 'cache_savings'
  | 'is_free_tier'
  | 'price_id'
  | 'markup_rule_id'
  | 'markup_rate'
  | 'price_multiplier'
>;

/** The final rating of an event. */
export type RatedEvent = RatedColumns & Pick<UsageEventRow, 'id'>;

/** Whether an event has a measured quantity. */
const IS_MEASURED = Prisma.sql`(tokens_used > 0 OR COALESCE(quantity > 0, false) OR measures IS NOT NULL)`;
const MODELS_MAX = 500;
const LARGEST = '9999999999.9999999999';

const RATED = `
  jsonb_to_recordset($1::jsonb) AS rated (id uuid, provider_cost numeric, platform_markup numeric, total_cost numeric,
    cache_savings numeric, is_free_tier boolean, price_id uuid, markup_rule_id uuid, markup_rate numeric,
    price_multiplier numeric)`;

/** Corrects the days into which the events are already rolled up, by the change of their costs. $3 is the watermark. */
const MOVE_DAYS = `
  WITH moved AS (
    SELECT (e.occurred_at AT TIME ZONE 'UTC')::date AS day, e.service, COALESCE(e.model, '') AS model,
      sum(rated.provider_cost - e.provider_cost) AS provider_cost,
      sum(rated.platform_markup - e.platform_markup) AS platform_markup,
      sum(rated.total_cost - e.total_cost) AS total_cost,
      sum(COALESCE(rated.cache_savings, 0) - COALESCE(e.cache_savings, 0)) AS cache_savings,
      COALESCE(sum(rated.total_cost - e.total_cost) FILTER (WHERE e.transaction_id IS NOT NULL), 0) AS charged_cost,
      sum(rated.is_free_tier::int - e.is_free_tier::int) AS free_events,
      sum((rated.is_free_tier::int - e.is_free_tier::int) * e.tokens_used::bigint) AS free_tokens
    FROM usage_events e JOIN ${RATED} USING (id)
    WHERE e.user_id = $2 AND e.recorded_xid < $3
    GROUP BY 1, 2, 3
  )
  UPDATE usage_daily d SET
    provider_cost = d.provider_cost + moved.provider_cost,
    platform_markup = d.platform_markup + moved.platform_markup,
    total_cost = d.total_cost + moved.total_cost,
    charged_cost = d.charged_cost + moved.charged_cost,
    cache_savings = d.cache_savings + moved.cache_savings,
    free_events = d.free_events + moved.free_events,
    free_tokens = d.free_tokens + moved.free_tokens
  FROM moved WHERE d.user_id = $2 AND d.day = moved.day AND d.service = moved.service AND d.model = moved.model`;

const SET_RATING = `
  UPDATE usage_events e SET is_rated = true, provider_cost = rated.provider_cost,
    platform_markup = rated.platform_markup, total_cost = rated.total_cost,
    cache_savings = rated.cache_savings, is_free_tier = rated.is_free_tier,
    price_id = rated.price_id, markup_rule_id = rated.markup_rule_id, markup_rate = rated.markup_rate,
    price_multiplier = rated.price_multiplier
  FROM ${RATED} WHERE e.user_id = $2 AND e.id = rated.id`;

/** Name that totals of all accounts use in the read budget. */
const READER = 'unrated usage';

/** The SQL on unrated events: finds them and stores their final rating. */
@Injectable()
export class UnratedRepository {
  constructor(private readonly db: Database) {}

  /** Returns the numbers of unrated events, and of those without a measured quantity, by service and model. */
  async models(): Promise<(UnratedModel & { events: number; unmeasured: number })[]> {
    return this.db.prisma.$queryRaw`
      SELECT service, model, count(*)::int AS events, (count(*) FILTER (WHERE NOT ${IS_MEASURED}))::int AS unmeasured
      FROM usage_events WHERE NOT is_rated GROUP BY service, model ORDER BY service, model`;
  }

  /**
   * Returns the totals of unrated work, of one account or of all: the 500 models with the most events, in that order.
   */
  async totals(user_id: string | null): Promise<UnratedTotals[]> {
    const whose = user_id === null ? Prisma.empty : Prisma.sql`AND user_id = ${user_id}`;
    const totals = Prisma.sql`
      SELECT service, model, count(*)::int AS event_count,
        (count(*) FILTER (WHERE NOT ${IS_MEASURED}))::int AS unmeasured_events,
        min(occurred_at) AS first_seen, max(occurred_at) AS last_seen,
        LEAST(sum(total_cost), ${LARGEST}::numeric)::text AS total_cost
      FROM usage_events WHERE NOT is_rated ${whose}
      GROUP BY service, model ORDER BY event_count DESC, service, model LIMIT ${MODELS_MAX}`;
    const rows = await this.db.reads.run(user_id ?? READER, (db) => db.$queryRaw<UnratedTotals[]>(totals));
    return rows.map((row) => ({ ...row, total_cost: amount(units(row.total_cost)) }));
  }

  /** Returns the next users after `after`, by id, that have unrated events of a model. */
  async users(of: UnratedWork, after: string, limit: number): Promise<string[]> {
    const rows = await this.db.prisma.$queryRaw<{ user_id: string }[]>`
      SELECT DISTINCT user_id FROM usage_events WHERE NOT is_rated AND ${isOf(of)} AND user_id > ${after}
      ORDER BY user_id LIMIT ${limit}`;
    return rows.map(({ user_id }) => user_id);
  }

  /** Returns the next unrated events of a user and model after `after`, by id. */
  async events(of: UnratedWork, user_id: string, after: string, limit: number): Promise<Wire<usage_events>[]> {
    const rows = await this.db.prisma.$queryRaw<usage_events[]>`
      SELECT * FROM usage_events WHERE NOT is_rated AND ${isOf(of)} AND user_id = ${user_id} AND id > ${after}::uuid
      ORDER BY id LIMIT ${limit}`;
    return rows.map(wire);
  }

  /** Locks the given events that are still unrated until the transaction ends, and returns them. */
  async lock(tx: Tx, user_id: string, ids: string[]): Promise<Wire<usage_events>[]> {
    const rows = await tx.$queryRaw<usage_events[]>`
      SELECT * FROM usage_events WHERE user_id = ${user_id} AND id = ANY (${ids}::uuid[]) AND NOT is_rated
      ORDER BY id FOR UPDATE`;
    return rows.map(wire);
  }

  /** Stores the final rating of locked events, also in the roll-up, which is blocked until the transaction ends. */
  async rate(tx: Tx, user_id: string, events: RatedEvent[]): Promise<void> {
    const [rollup] = await tx.$queryRaw<{ watermark: bigint }[]>`
      SELECT watermark FROM usage_rollups WHERE name = 'usage_daily' FOR SHARE`;
    const rated = json(events);
    if (rollup) await tx.$executeRawUnsafe(MOVE_DAYS, rated, user_id, rollup.watermark);
    await tx.$executeRawUnsafe(SET_RATING, rated, user_id);
  }
}

function isOf({ service, model, measured_only }: UnratedWork): Prisma.Sql {
  const isModel = model === null ? Prisma.sql`model IS NULL` : Prisma.sql`model = ${model}`;
  return Prisma.sql`service = ${service} AND ${isModel} ${measured_only ? Prisma.sql`AND ${IS_MEASURED}` : Prisma.empty}`;
}
