import { Injectable } from '@nestjs/common';
import { Prisma, type usage_events } from '../generated/prisma/client.js';
import type { UsageEventRow } from '../generated/rows.js';
import { amount, units } from '../platform/amount.js';
import { Database, type Tx } from '../platform/database.js';
import { json, type Wire, wire } from '../platform/wire.js';

/** What unrated work is of. */
export type UnratedModel = Pick<UsageEventRow, 'service' | 'model'>;

/** Unrated work of a model, all of it or only where something was measured. */
export interface UnratedWork extends UnratedModel {
  measured_only: boolean;
}

/** Unrated work of a model at a glance. */
export interface UnratedTotals extends UnratedModel {
  event_count: number;
  /** Events of which nothing was measured: no price of tokens or of a unit can ever rate them. */
  unmeasured_events: number;
  first_seen: Date;
  last_seen: Date;
  /** What they cost provisionally, decimal text. */
  total_cost: string;
}

/** The columns of an event that its rating sets; amounts as decimal text. */
export type RatedColumns = Pick<
  UsageEventRow,
  | 'provider_cost'
  | 'platform_markup'
  | 'total_cost'
  | 'is_free_tier'
  | 'price_id'
  | 'markup_rule_id'
  | 'markup_rate'
  | 'price_multiplier'
>;

/** An event and its final rating. */
export type RatedEvent = RatedColumns & Pick<UsageEventRow, 'id'>;

/** Whether anything was measured of an event. */
const IS_MEASURED = Prisma.sql`(tokens_used > 0 OR COALESCE(quantity > 0, false) OR measures IS NOT NULL)`;
const MODELS_MAX = 500;
const LARGEST = '9999999999.9999999999';

const RATED = `
  jsonb_to_recordset($1::jsonb) AS rated (id uuid, provider_cost numeric, platform_markup numeric, total_cost numeric,
    is_free_tier boolean, price_id uuid, markup_rule_id uuid, markup_rate numeric,
    price_multiplier numeric)`;

/** Moves the days that hold the events already from their old costs to the new ones. $3 is the watermark. */
const MOVE_DAYS = `
  WITH moved AS (
    SELECT (e.occurred_at AT TIME ZONE 'UTC')::date AS day, e.service, COALESCE(e.model, '') AS model,
      sum(rated.provider_cost - e.provider_cost) AS provider_cost,
      sum(rated.platform_markup - e.platform_markup) AS platform_markup,
      sum(rated.total_cost - e.total_cost) AS total_cost,
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
    free_events = d.free_events + moved.free_events,
    free_tokens = d.free_tokens + moved.free_tokens
  FROM moved WHERE d.user_id = $2 AND d.day = moved.day AND d.service = moved.service AND d.model = moved.model`;

const SET_RATING = `
  UPDATE usage_events e SET is_rated = true, provider_cost = rated.provider_cost,
    platform_markup = rated.platform_markup, total_cost = rated.total_cost, is_free_tier = rated.is_free_tier,
    price_id = rated.price_id, markup_rule_id = rated.markup_rule_id, markup_rate = rated.markup_rate,
    price_multiplier = rated.price_multiplier
  FROM ${RATED} WHERE e.user_id = $2 AND e.id = rated.id`;

/** Whose turn it is when totals of all accounts wait. */
const READER = 'unrated usage';

/** Finds events whose price is provisional, and gives them their final one. */
@Injectable()
export class UnratedRepository {
  constructor(private readonly db: Database) {}

  /** How many events wait for a price, and of how many of them nothing was measured, by service and model. */
  async models(): Promise<(UnratedModel & { events: number; unmeasured: number })[]> {
    return this.db.prisma.$queryRaw`
      SELECT service, model, count(*)::int AS events, (count(*) FILTER (WHERE NOT ${IS_MEASURED}))::int AS unmeasured
      FROM usage_events WHERE NOT is_rated GROUP BY service, model ORDER BY service, model`;
  }

  /** What waits for a price, of one account or of all; the models with most events first, of very many the first. */
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

  /** The next users after one, in their order, who have unrated events of a model. */
  async users(of: UnratedWork, after: string, limit: number): Promise<string[]> {
    const rows = await this.db.prisma.$queryRaw<{ user_id: string }[]>`
      SELECT DISTINCT user_id FROM usage_events WHERE NOT is_rated AND ${isOf(of)} AND user_id > ${after}
      ORDER BY user_id LIMIT ${limit}`;
    return rows.map(({ user_id }) => user_id);
  }

  /** The next unrated events of a user and model after one, in the order of their ids. */
  async events(of: UnratedWork, user_id: string, after: string, limit: number): Promise<Wire<usage_events>[]> {
    const rows = await this.db.prisma.$queryRaw<usage_events[]>`
      SELECT * FROM usage_events WHERE NOT is_rated AND ${isOf(of)} AND user_id = ${user_id} AND id > ${after}::uuid
      ORDER BY id LIMIT ${limit}`;
    return rows.map(wire);
  }

  /** Those of the events that are unrated still, locked until the transaction ends. */
  async lock(tx: Tx, user_id: string, ids: string[]): Promise<Wire<usage_events>[]> {
    const rows = await tx.$queryRaw<usage_events[]>`
      SELECT * FROM usage_events WHERE user_id = ${user_id} AND id = ANY (${ids}::uuid[]) AND NOT is_rated
      ORDER BY id FOR UPDATE`;
    return rows.map(wire);
  }

  /** Gives locked events their final rating, in the roll-up too, which stands still until the transaction ends. */
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
