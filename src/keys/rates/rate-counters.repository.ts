import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';

/** What was counted in the present minute, over all instances. */
export interface CountedMinute {
  readonly requests: number;
  readonly tokens: number;
  /** How long the minute lasts, milliseconds. */
  readonly left_ms: number;
}

// a count that waited for another one never sets the minute back
const COUNT = `
  INSERT INTO rate_counters AS c (subject, minute_at, requests, tokens)
  SELECT $1, date_trunc('minute', clock_timestamp()), $2::int, LEAST($3::bigint, 2147483647)
  ON CONFLICT (subject) DO UPDATE SET minute_at = GREATEST(c.minute_at, excluded.minute_at),
    requests = LEAST(2147483647, excluded.requests::bigint + CASE WHEN excluded.minute_at > c.minute_at THEN 0 ELSE c.requests END),
    tokens = LEAST(2147483647, excluded.tokens::bigint + CASE WHEN excluded.minute_at > c.minute_at THEN 0 ELSE c.tokens END)
  RETURNING requests, tokens,
    EXTRACT(epoch FROM c.minute_at + interval '1 minute' - clock_timestamp())::float8 * 1000 AS left_ms`;

const DELETE_OLD = `DELETE FROM rate_counters WHERE minute_at < clock_timestamp() - interval '1 hour'`;

/** All SQL on the requests and tokens of the present minute. */
@Injectable()
export class RateCountersRepository {
  constructor(private readonly db: Database) {}

  /** Adds requests and tokens to the present minute of a subject. Returns the sums. */
  async count(subject: string, requests: number, tokens: number): Promise<CountedMinute> {
    const values = [digestOf(subject), requests, tokens];
    const [minute] = await this.db.statement<CountedMinute & object>('rate_counters_count', COUNT, values);
    return minute as CountedMinute;
  }

  /** Deletes the counts of minutes that are long over. */
  async deleteOld(): Promise<void> {
    await this.db.statement('rate_counters_delete_old', DELETE_OLD, []);
  }
}

/** Users are not named in a table that is not about them. */
const digestOf = (subject: string): string => hash('sha256', subject, 'base64url');
