import { Injectable } from '@nestjs/common';
import type { QueryResultRow } from 'pg';
import { KEPT_FROM } from '../metering/partitions/kept.sql.js';
import { Database } from '../platform/database/database.js';
import type { DatabaseSettings } from './database-settings.js';
import type { Storage, TableStorage } from './storage.js';

const SETTINGS = [
  'TimeZone',
  'enable_seqscan',
  'enable_bitmapscan',
  'jit',
  'statement_timeout',
  'fsync',
  'full_page_writes',
  'synchronous_commit',
  'autovacuum',
];

/** Rows with broken references: their number, and user and id of one of them. */
export interface OrphanRows {
  rows: number;
  example: string;
}

/** Overdue work. */
export interface Backlog {
  due_accounts: number;
  expired_holds: number;
  unkept_calls: number;
  waiting_runs: { name: string; runs: number }[];
}

const straysOf = (from: string, example: string): string =>
  `SELECT count(*)::int AS rows, min(t.user_id || ' ' || ${example}) AS example FROM ${from}`;

const UNKNOWN = 'NOT EXISTS (SELECT FROM user_credits a WHERE a.user_id = t.user_id)';

/** Queries for rows with broken references; each reads its table once. */
export const ORPHANS = {
  charged_events: straysOf(
    `usage_events t WHERE t.transaction_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM credit_transactions l WHERE l.id = t.transaction_id AND l.user_id = t.user_id)`,
    't.id',
  ),
  charged_calls: straysOf(
    `credit_holds t WHERE t.status = 'captured' AND t.captured_amount > 0 AND t.work_id IS NOT NULL
       AND t.created_at >= ${KEPT_FROM} AND NOT EXISTS (
       SELECT FROM credit_transactions l JOIN usage_events e ON e.transaction_id = l.id AND e.user_id = l.user_id
       WHERE l.hold_id = t.id AND l.user_id = t.user_id)`,
    't.id',
  ),
  ended_leases: straysOf(`credit_holds t WHERE t.lease_until IS NOT NULL AND t.status <> 'active'`, 't.id'),
  kept_answers: straysOf(
    `call_answers t WHERE NOT EXISTS (SELECT FROM credit_holds h WHERE h.id = t.hold_id AND h.user_id = t.user_id)`,
    't.hold_id',
  ),
  charged_users: straysOf(`usage_events t WHERE t.transaction_id IS NOT NULL AND ${UNKNOWN}`, 't.id'),
  redemptions: straysOf(`coupon_redemptions t WHERE ${UNKNOWN}`, 't.code'),
  subscriptions: straysOf(`subscriptions t WHERE t.status <> 'canceled' AND ${UNKNOWN}`, 't.subscription_id'),
  topups: straysOf(`auto_topups t WHERE ${UNKNOWN}`, 't.package_code'),
} as const;

/** Work is overdue after this time. */
const LATE = `interval '15 minutes'`;

/** The doctor's own SQL, read-only. */
@Injectable()
export class DoctorRepository {
  constructor(private readonly db: Database) {}

  async settings(): Promise<Omit<DatabaseSettings, 'timeout_wanted' | 'connections_wanted'>> {
    const { rows } = await this.db.pool.query<{ version: string; max: number; settings: Record<string, string> }>(
      `SELECT current_setting('server_version_num') AS version, current_setting('max_connections')::int AS max,
         (SELECT jsonb_object_agg(name, current_setting(name)) FROM unnest($1::text[]) AS name) AS settings`,
      [SETTINGS],
    );
    const { version = '0', max = 0, settings = {} } = rows[0] ?? {};
    return { server_version_num: Number(version), settings, max_connections: max };
  }

  /** Estimates by how much this machine's clock is ahead of the database's. */
  async clockAheadMs(): Promise<number> {
    const asked_ms = Date.now();
    const { rows } = await this.db.pool.query<{ ms: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    );
    const answered_ms = Date.now();
    return (asked_ms + answered_ms) / 2 - (rows[0]?.ms ?? 0);
  }

  async orphans(kind: keyof typeof ORPHANS): Promise<OrphanRows> {
    const [found] = await this.withoutStatementTimeout<{ rows: number; example: string | null }>(ORPHANS[kind]);
    return { rows: found?.rows ?? 0, example: found?.example ?? '' };
  }

  async backlog(): Promise<Backlog> {
    const [waiting] = await this.withoutStatementTimeout<Omit<Backlog, 'waiting_runs'>>(`
      SELECT (SELECT count(*)::int FROM user_credits WHERE due_at < clock_timestamp() - ${LATE}) AS due_accounts,
        (SELECT count(*)::int FROM credit_holds WHERE status = 'active' AND lease_until IS NULL
           AND expires_at < clock_timestamp() - ${LATE}) AS expired_holds,
        (SELECT count(*)::int FROM credit_holds WHERE lease_until < clock_timestamp() - ${LATE}) AS unkept_calls`);
    const waiting_runs = await this.withoutStatementTimeout<{ name: string; runs: number }>(`
      SELECT name, count(*)::int AS runs FROM pgboss.job
      WHERE state IN ('created', 'retry') AND start_after < clock_timestamp() - ${LATE} AND name NOT LIKE '\\_\\_pgboss%'
      GROUP BY name ORDER BY name`);
    const nothing = { due_accounts: 0, expired_holds: 0, unkept_calls: 0 };
    return { ...(waiting ?? nothing), waiting_runs };
  }

  /** Returns users with holds that should have been released. */
  async holdersOfExpired(limit: number): Promise<string[]> {
    const rows = await this.withoutStatementTimeout<{ user_id: string }>(
      `SELECT DISTINCT user_id FROM credit_holds WHERE status = 'active' AND lease_until IS NULL
         AND expires_at < clock_timestamp() - ${LATE} ORDER BY user_id LIMIT ${String(limit)}`,
    );
    return rows.map(({ user_id }) => user_id);
  }

  async storage(): Promise<Storage> {
    const [database] = await this.withoutStatementTimeout<{ bytes: number; xid_age: number }>(
      `SELECT pg_database_size(oid)::float8 AS bytes, age(datfrozenxid) AS xid_age
       FROM pg_database WHERE datname = current_database()`,
    );
    const tables = await this.withoutStatementTimeout<TableStorage>(
      `SELECT schemaname || '.' || relname AS name, n_live_tup::float8 AS live_rows, n_dead_tup::float8 AS dead_rows,
         COALESCE(GREATEST(last_vacuum, last_autovacuum) > now() - interval '1 day', false) AS is_vacuumed
       FROM pg_stat_user_tables WHERE schemaname IN ('public', 'pgboss') ORDER BY 1`,
    );
    return { database_bytes: database?.bytes ?? 0, xid_age: database?.xid_age ?? 0, tables };
  }

  /** Reads whole tables, without a timeout. */
  private async withoutStatementTimeout<Row extends QueryResultRow>(text: string): Promise<Row[]> {
    const client = await this.db.pool.connect();
    try {
      await client.query('BEGIN READ ONLY');
      await client.query(
        'SET LOCAL statement_timeout = 0; SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on',
      );
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.query('ROLLBACK').catch(() => undefined); // the connection is lost, and the transaction with it
      client.release();
    }
  }
}
