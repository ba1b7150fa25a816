import type { Floor } from './floor.ts';

/** How long things take, and how often. */
export interface Pace {
  rounds: number;
  measure_ms: number;
  ramp_ms: number;
  floor_s: number;
  warm_ms: number;
  starts: number;
}

export const FULL: Pace = { rounds: 5, measure_ms: 6_000, ramp_ms: 500, floor_s: 6, warm_ms: 8_000, starts: 5 };
export const QUICK: Pace = { rounds: 3, measure_ms: 800, ramp_ms: 200, floor_s: 1, warm_ms: 2_000, starts: 3 };

/** A load on one of the two applications. */
export interface HttpSlot {
  id: string;
  name: string;
  on: 'service' | 'textbook';
  path: string;
  workload: 'deduct' | 'hold' | 'balance' | 'track';
  is_hot: boolean;
  keyed: boolean;
  connections: number;
}

/** A load on PostgreSQL alone. */
export interface FloorSlot {
  id: string;
  name: string;
  floor: Floor;
  is_hot: boolean;
  connections: number;
}

export type Slot = HttpSlot | FloorSlot;

const floor = (id: string, name: string, program: Floor, is_hot = false): FloorSlot => ({
  id,
  name,
  floor: program,
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

const onTextbook = (path: string): Partial<HttpSlot> => ({ on: 'textbook', path: `textbook/${path}` });

/** One round. What is compared stands close together, with the floor on both sides of the comparison that counts most. */
export const ROUND: readonly Slot[] = [
  floor('floor', 'floor: BEGIN; UPDATE; INSERT; INSERT; COMMIT, c=64', 'three_statements'),
  charge('deduct', 'deduct, key, c=64', 64),
  charge('unkeyed', 'deduct, no key, c=64', 64, { keyed: false }),
  floor('floor', 'floor: BEGIN; UPDATE; INSERT; INSERT; COMMIT, c=64', 'three_statements'),
  charge('statement', 'textbook over HTTP: one CTE statement, key, c=64', 64, onTextbook('statement')),
  charge('prisma', 'textbook over HTTP: Prisma transaction, key, c=64', 64, onTextbook('prisma')),
  floor('floor_hot', 'floor: one CTE statement, one hot row, c=64', 'one_statement', true),
  charge('hot', 'deduct, key, one hot user, c=64', 64, { is_hot: true }),
  charge('single', 'deduct, key, c=1', 1),
  charge('statement_single', 'textbook over HTTP: one CTE statement, key, c=1', 1, onTextbook('statement')),
  floor('floor_cte', 'floor: one CTE statement, c=64', 'one_statement'),
  charge('c16', 'deduct, key, c=16', 16),
  charge('c256', 'deduct, key, c=256', 256),
  charge('hold', 'hold, then capture, key, c=64 (requests)', 64, { path: 'credits/holds', workload: 'hold' }),
  charge('track', 'track, batches of 1000 charged events, c=4 (events)', 4, {
    path: 'credits/usage/track/batch',
    workload: 'track',
    keyed: false,
  }),
  charge('balance', 'balance read, c=64', 64, { path: 'credits/balance', workload: 'balance', keyed: false }),
];

/** One measurement. */
export interface Measured {
  per_s: number;
  p50_ms?: number;
  p99_ms?: number;
}

/** Measurements of a round by slot; the floor has two. */
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
  { name: 'deduct, no key, c=64 / three-statement floor', of: 'unkeyed', by: 'floor', gate: 1.5, goal: 3 },
  { name: 'deduct, key, c=64 / three-statement floor', of: 'deduct', by: 'floor', gate: 1.5, goal: 3 },
  { name: 'deduct, key, one hot user, c=64 / CTE floor on one hot row', of: 'hot', by: 'floor_hot', gate: 4, goal: 8 },
  { name: 'deduct, key, c=64 / Prisma transaction over HTTP', of: 'deduct', by: 'prisma', gate: 10, goal: 20 },
  { name: 'track, events of batches / three-statement floor', of: 'track', by: 'floor', gate: 4, goal: 8 },
  { name: 'deduct, key, c=1 / CTE statement over HTTP, c=1', of: 'single', by: 'statement_single', gate: 0.9, goal: 1 },
];

/** How fast a start is to be, the database being up. */
export const START = { name: 'start to ready, built, database up (s)', gate: 3, goal: 1.5 };
