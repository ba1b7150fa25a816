import type { Baseline } from './baseline.ts';

/** How long things take, and how often. */
export interface Pace {
  rounds: number;
  measure_ms: number;
  ramp_ms: number;
  baseline_s: number;
  warm_ms: number;
  starts: number;
}

export const FULL: Pace = { rounds: 5, measure_ms: 6_000, ramp_ms: 500, baseline_s: 6, warm_ms: 8_000, starts: 5 };
export const QUICK: Pace = { rounds: 3, measure_ms: 800, ramp_ms: 200, baseline_s: 1, warm_ms: 2_000, starts: 3 };

/** A load on one of the two applications. */
export interface HttpSlot {
  id: string;
  name: string;
  on: 'service' | 'naive';
  path: string;
  workload: 'deduct' | 'hold' | 'balance' | 'track' | 'deduct_batch';
  is_hot: boolean;
  keyed: boolean;
  connections: number;
}

/** A load on PostgreSQL alone. */
export interface BaselineSlot {
  id: string;
  name: string;
  baseline: Baseline;
  is_hot: boolean;
  connections: number;
}

export type Slot = HttpSlot | BaselineSlot;

const baseline = (id: string, name: string, program: Baseline, is_hot = false): BaselineSlot => ({
  id,
  name,
  baseline: program,
  is_hot,
  connections: 64,
});

const charge = (id: string, name: string, connections: number, more: Partial<HttpSlot> = {}): HttpSlot => ({
  id,
  name,
  connections,
  on: 'service',
  path: 'credits/deduct',
  workload: 'deduct',
  is_hot: false,
  keyed: true,
  ...more,
});

const onNaive = (path: string): Partial<HttpSlot> => ({ on: 'naive', path: `naive/${path}` });

/** One round. What is compared stands close together, with the baseline on both sides of the comparison that counts most. */
export const ROUND: readonly Slot[] = [
  baseline('baseline', 'baseline: BEGIN; UPDATE; INSERT; INSERT; COMMIT, c=64', 'three_statements'),
  charge('deduct', 'deduct, key, c=64', 64),
  charge('unkeyed', 'deduct, no key, c=64', 64, { keyed: false }),
  baseline('baseline', 'baseline: BEGIN; UPDATE; INSERT; INSERT; COMMIT, c=64', 'three_statements'),
  charge('statement', 'naive over HTTP: one CTE statement, key, c=64', 64, onNaive('statement')),
  charge('prisma', 'naive over HTTP: Prisma transaction, key, c=64', 64, onNaive('prisma')),
  baseline('baseline_hot', 'baseline: one CTE statement, one hot row, c=64', 'one_statement', true),
  charge('hot', 'deduct, key, one hot user, c=64', 64, { is_hot: true }),
  charge('single', 'deduct, key, c=1', 1),
  charge('statement_single', 'naive over HTTP: one CTE statement, key, c=1', 1, onNaive('statement')),
  baseline('baseline_cte', 'baseline: one CTE statement, c=64', 'one_statement'),
  charge('c16', 'deduct, key, c=16', 16),
  charge('c256', 'deduct, key, c=256', 256),
  charge('hold', 'hold, then capture, key, c=64 (requests)', 64, { path: 'credits/holds', workload: 'hold' }),
  charge('track', 'track, batches of 1000 charged events, c=4 (events)', 4, {
    path: 'credits/usage/track/batch',
    workload: 'track',
    keyed: false,
  }),
  charge('deduct_batch', 'deduct/batch, 1000 records, c=4 (charges)', 4, {
    path: 'credits/deduct/batch',
    workload: 'deduct_batch',
  }),
  charge('balance', 'balance read, c=64', 64, { path: 'credits/balance', workload: 'balance', keyed: false }),
];

/** One measurement. */
export interface Measured {
  per_s: number;
  p50_ms?: number;
  p99_ms?: number;
}

/** Measurements of a round by slot; the baseline has two. */
export type Round = Map<string, Measured[]>;

/** A ratio that PERFORMANCE asks for, from the measurements of one round. */
export interface Mark {
  name: string;
  of: string;
  by: string;
  gate: number;
  goal: number;
}

export const MARKS: readonly Mark[] = [
  { name: 'deduct, no key, c=64 / three-statement baseline', of: 'unkeyed', by: 'baseline', gate: 1.5, goal: 3 },
  { name: 'deduct, key, c=64 / three-statement baseline', of: 'deduct', by: 'baseline', gate: 1.5, goal: 3 },
  {
    name: 'deduct, key, one hot user, c=64 / CTE baseline on one hot row',
    of: 'hot',
    by: 'baseline_hot',
    gate: 4,
    goal: 8,
  },
  { name: 'deduct, key, c=64 / Prisma transaction over HTTP', of: 'deduct', by: 'prisma', gate: 10, goal: 20 },
  { name: 'track, events of batches / three-statement baseline', of: 'track', by: 'baseline', gate: 4, goal: 8 },
  { name: 'deduct, key, c=1 / CTE statement over HTTP, c=1', of: 'single', by: 'statement_single', gate: 0.9, goal: 1 },
];

/** How fast a start is to be, the database being up. */
export const START = { name: 'start to ready, built, database up (s)', gate: 3, goal: 1.5 };
