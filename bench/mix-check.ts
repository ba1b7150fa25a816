import type pg from 'pg';
import type { Answer, Json, Kind, Order, Exchange, WorkRecord } from './mix.ts';

/** How the books differ from what callers were answered, of one kind of posting. */
export interface Row {
  what: string;
  accepted: number;
  refused: number;
  /** Accepted, and not in the books. */
  lost: number;
  /** In the books more than once. */
  doubled: number;
  /** In the books otherwise than answered, or though it was refused, or nobody asked for it. */
  wrong: number;
}

/** What an answered call should have left in the books. */
interface Wanted {
  what: string;
  key: string;
  isAccepted: boolean;
  /** Everything that matters of it, as text. */
  text: string;
}

/** What is in the books under a key. */
interface Found {
  key: string;
  text: string;
}

const EXAMPLES_MAX = 10;
const OK: Record<Kind, number> = {
  deduct: 200,
  hold: 201,
  capture: 200,
  release: 200,
  track: 200,
  batch: 200,
  redeem: 200,
  balance: 200,
};
/** Refusals that the mix is made to meet. */
const REFUSALS = new Set([
  'insufficient_credits',
  'credits_on_hold',
  'monthly_cap_exceeded',
  'call_limit_exceeded',
  'rate_limited',
  'coupon_limit_reached',
]);

export const isAccepted = ({ order, answer }: Exchange): boolean => answer.status === OK[order.kind];

/** Compares every answer with the ledger, the events, the holds and the redemptions. */
export class Comparison {
  readonly rows = new Map<string, Row>();
  /** The first differences, for whoever looks into them. */
  readonly examples: string[] = [];

  private readonly exchanges: readonly Exchange[];

  constructor(exchanges: Exchange[]) {
    this.exchanges = exchanges;
  }

  get faults(): number {
    return [...this.rows.values()].reduce((sum, { lost, doubled, wrong }) => sum + lost + doubled + wrong, 0);
  }

  async run(pool: pg.Pool): Promise<void> {
    for (const exchange of this.exchanges) this.expectForeseen(exchange);
    const wanted = Map.groupBy(
      this.exchanges.filter(({ order }) => order.kind !== 'balance').flatMap(wantedOf),
      ({ what }) => what,
    );
    for (const [what, sql] of Object.entries(BOOKS)) {
      const { rows } = await pool.query<Found>(sql);
      this.compare(what, wanted.get(what) ?? [], rows);
    }
  }

  /** An answer to a repeat must be that to the first. */
  expectSame({ order, answer }: Exchange, again: Answer): void {
    const first = essence(order, answer);
    const second = essence(order, again, answer);
    const isHit = again.hit || order.kind === 'batch';
    if (first !== second || !isHit) this.fault(order.kind, 'wrong', `${order.key}: ${first}, repeated: ${second}`);
  }

  private expectForeseen(exchange: Exchange): void {
    const code = String(exchange.answer.body['code']);
    if (isAccepted(exchange) || REFUSALS.has(code)) return;
    this.fault(
      exchange.order.kind,
      'wrong',
      `${exchange.order.key}: ${exchange.answer.status} ${JSON.stringify(exchange.answer.body)}`,
    );
  }

  private compare(what: string, wanted: readonly Wanted[], found: readonly Found[]): void {
    const row = this.row(what);
    const booked = Map.groupBy(found, ({ key }) => key);
    for (const { key, isAccepted: isWanted, text } of wanted) {
      row[isWanted ? 'accepted' : 'refused'] += 1;
      const [first, ...more] = booked.get(key) ?? [];
      booked.delete(key);
      if (isWanted && !first) this.fault(what, 'lost', `${key}: ${text}`);
      else if (first && more.length > 0)
        this.fault(what, 'doubled', `${key}: ${more.map((one) => one.text).join('; ')}`);
      else if (first && !isWanted) this.fault(what, 'wrong', `${key}: refused, and booked: ${first.text}`);
      else if (first && first.text !== text) this.fault(what, 'wrong', `${key}: ${text}, booked: ${first.text}`);
    }
    for (const [key, [first]] of booked) this.fault(what, 'wrong', `${key}: nobody was answered: ${first?.text}`);
  }

  private fault(what: string, how: 'lost' | 'doubled' | 'wrong', text: string): void {
    this.row(what)[how] += 1;
    if (this.examples.length < EXAMPLES_MAX) this.examples.push(`${what} ${how}: ${text}`);
  }

  private row(what: string): Row {
    const row = this.rows.get(what) ?? { what, accepted: 0, refused: 0, lost: 0, doubled: 0, wrong: 0 };
    this.rows.set(what, row);
    return row;
  }
}

/** What is in the books, by the key that the call was made with; a hold with its lines is one thing. */
const BOOKS = {
  deduct: `SELECT coalesce(metadata->>'key', 'line ' || id) AS key,
      concat_ws(' ', user_id, amount::numeric(20,6), id) AS text
    FROM credit_transactions t WHERE transaction_type = 'usage' AND hold_id IS NULL
      AND NOT EXISTS (SELECT FROM usage_events e WHERE e.user_id = t.user_id AND e.transaction_id = t.id)`,
  hold: `SELECT coalesce(metadata->>'key', 'hold ' || id) AS key,
      concat_ws(' ', user_id, amount::numeric(20,6), id) AS text FROM credit_holds`,
  'hold ended': `SELECT h.id::text AS key, concat_ws(' ', h.status, h.captured_amount::numeric(20,6),
        coalesce(-sum(t.amount), 0)::numeric(20,6)) AS text
    FROM credit_holds h LEFT JOIN credit_transactions t ON t.user_id = h.user_id AND t.hold_id = h.id
    WHERE h.status <> 'active' GROUP BY h.id, h.user_id`,
  'work charged': `SELECT e.request_id AS key, concat_ws(' ', e.user_id, total_cost::numeric(20,6), e.id,
        coalesce(sum(t.amount), 0)::numeric(20,6)) AS text
    FROM usage_events e LEFT JOIN credit_transactions t ON t.user_id = e.user_id AND t.id = e.transaction_id
    WHERE e.transaction_id IS NOT NULL GROUP BY e.id, e.user_id`,
  'work recorded': `SELECT request_id AS key, concat_ws(' ', user_id, total_cost::numeric(20,6), id) AS text
    FROM usage_events WHERE transaction_id IS NULL`,
  redeem: `SELECT r.user_id AS key, concat_ws(' ', r.credits_awarded::numeric(20,6), count(t.id)) AS text
    FROM coupon_redemptions r LEFT JOIN credit_transactions t ON t.user_id = r.user_id AND t.metadata->>'code' = r.code
    GROUP BY r.user_id, r.code, r.credits_awarded`,
};

function wantedOf({ order, answer }: Exchange): Wanted[] {
  const { kind, key, user_id } = order;
  const { body } = answer;
  const is = { key, isAccepted: isAccepted({ order, answer }) };
  switch (kind) {
    case 'deduct':
      return [{ what: 'deduct', ...is, text: line(user_id, micro(body['amount']), body['transaction_id']) }];
    case 'hold':
      return [{ what: 'hold', ...is, text: line(user_id, micro(body['amount']), body['id']) }];
    case 'capture':
    case 'release': {
      const captured = micro(body['captured_amount']);
      const asked = kind === 'capture' ? (order.body as { amount: string }).amount : '0.000000';
      const status = kind === 'capture' ? 'captured' : 'released';
      // what was asked for is what was to be charged, whether or not it was more than was held
      return [{ what: 'hold ended', ...is, key: String(body['id']), text: line(status, captured, asked) }];
    }
    case 'track':
      return [workOf(order.body as WorkRecord, is.isAccepted ? String(body['id']) : undefined)];
    case 'batch': {
      const ends = body['list'] as Json[];
      return (order.body as WorkRecord[]).map((work, i) => workOf(work, ends[i]?.['id'] as string | undefined));
    }
    case 'redeem':
      return [{ what: 'redeem', ...is, key: user_id, text: line(micro(body['credits_awarded']), 1) }];
    case 'balance':
      return [];
  }
}

function workOf({ user_id, request_id, cost, charge }: WorkRecord, id: string | undefined): Wanted {
  const common = { key: request_id, isAccepted: id !== undefined };
  if (charge) return { what: 'work charged', ...common, text: line(user_id, cost, id, `-${cost}`) };
  return { what: 'work recorded', ...common, text: line(user_id, cost, id) };
}

/**
 * What an answer must say again when its call is repeated. Records of a batch that the first answer refused are left out:
 * a refusal had no effect, so a repeat decides again.
 */
function essence({ kind }: Order, { status, body }: Answer, first: Answer = { status, body, hit: false }): string {
  const names: Partial<Record<Kind, string[]>> = {
    deduct: ['transaction_id', 'amount', 'balance_after'],
    hold: ['id', 'amount'],
    capture: ['id', 'captured_amount', 'status'],
    release: ['id', 'captured_amount', 'status'],
    track: ['id', 'transaction_id', 'total_cost'],
    redeem: ['credits_awarded', 'redeemed_at'],
  };
  if (kind === 'batch') {
    const booked = (first.body['list'] as Json[]).map(({ id }) => id !== undefined);
    return line(status, ...(body['list'] as Json[]).map(({ id }, index) => (booked[index] ? id : 'refused')));
  }
  return line(status, ...(names[kind] ?? []).map((name) => body[name]));
}

const line = (...parts: unknown[]): string => parts.map(String).join(' ');
const micro = (text: unknown): string => Number(text).toFixed(6);
