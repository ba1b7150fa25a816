import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { idAtSql } from '../../platform/database/row-id.js';
import { type Units, units } from '../../platform/values/amount.js';

const NOW = 'clock_timestamp()';

const BURN = `
  SELECT COALESCE(-sum(amount), 0) AS burn FROM credit_transactions
  WHERE api_key_id = $1 AND id >= ${idAtSql(`${NOW} - interval '5 minutes'`)} AND transaction_type = 'usage'
    AND COALESCE(model, service, '') = $2::text`;

// the last hour is left out: what a thief has spent meanwhile is not usual
const USUAL = `
  SELECT COALESCE(percentile_disc(0.95) WITHIN GROUP (ORDER BY burn), 0) AS burn FROM (
    SELECT -sum(amount) AS burn FROM credit_transactions
    WHERE api_key_id = $1 AND id >= ${idAtSql(`${NOW} - interval '14 days'`)} AND id < ${idAtSql(`${NOW} - interval '1 hour'`)}
      AND transaction_type = 'usage'
    GROUP BY floor(EXTRACT(epoch FROM created_at) / 300)
  ) AS five_minutes`;

/** What API keys have spent within five minutes, from the ledger. */
@Injectable()
export class BurnsRepository {
  constructor(private readonly db: Database) {}

  /** Returns what a key has spent on a model, or on a service without one, in the last five minutes. */
  async now(api_key_id: string, model: string): Promise<Units> {
    return burnOf(await this.db.statement<{ burn: string }>('key_burn_now', BURN, [api_key_id, model]));
  }

  /** Returns the 95th percentile of what the key spent in the five minutes of the last 14 days in which it spent anything. */
  async usual(api_key_id: string): Promise<Units> {
    return burnOf(await this.db.statement<{ burn: string }>('key_burn_usual', USUAL, [api_key_id]));
  }
}

const burnOf = ([row]: { burn: string }[]): Units => units(row?.burn ?? '0');
