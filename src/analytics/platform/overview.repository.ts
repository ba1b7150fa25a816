import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { COST, GRANTED, REVENUE, STANDING, type Window } from './overview.sql.js';

/** Sums for each window, as text. */
type Windows<Name extends string> = Record<Window, Record<Name, string>>;

/** Payments received in a currency. */
export type RevenueRow = Windows<'payments' | 'amount' | 'refunded' | 'disputed'> & { currency: string };
export type GrantedRow = Windows<'sold' | 'granted' | 'refunded'>;
export type CostRow = Windows<'provider_cost'>;

/** What needs an administrator. Amounts are decimal text. */
export interface StandingRow {
  accounts_in_debt: number;
  debt: string;
  active_holds: number;
  held: string;
  unrated_events: number;
  unrated_models: number;
  provisional_cost: string;
  held_payments: number;
  open_disputes: number;
  failed_payment_events: number;
  rejected_logs: number;
}

/** Name that reads of the whole platform use in the read budget. */
const READER = 'platform overview';

/** Reads figures of the whole platform; writes nothing. */
@Injectable()
export class OverviewRepository {
  constructor(private readonly db: Database) {}

  /** @param starts the starts of the windows: today, the last 7 days, the last 30 days */
  revenue(starts: readonly Date[]): Promise<RevenueRow[]> {
    return this.db.reads.query<RevenueRow>(READER, REVENUE, [...starts]);
  }

  async granted(starts: readonly Date[]): Promise<GrantedRow> {
    return one(await this.db.reads.query<GrantedRow>(READER, GRANTED, [...starts]));
  }

  async cost(starts: readonly Date[]): Promise<CostRow> {
    return one(await this.db.reads.query<CostRow>(READER, COST, [...starts]));
  }

  async standing(): Promise<StandingRow> {
    return one(await this.db.reads.query<StandingRow & object>(READER, STANDING, []));
  }
}

function one<Row>([row]: Row[]): Row {
  if (row === undefined) throw new Error('an aggregate returned no row');
  return row;
}
