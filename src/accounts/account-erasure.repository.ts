import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';

/** An account's pseudonym, and the fingerprint that identifies its former owner. */
export interface Pseudonym {
  owner: string;
  pseudonym: string;
  fingerprint: string | null;
}

/** All SQL that erases accounts. The functions tollgate_erase_account() and
 * tollgate_erase_contact() in the migrations define what is erased. */
@Injectable()
export class AccountErasureRepository {
  constructor(private readonly db: Database) {}

  /** Returns the accounts that wait for erasure, except those with credits held by work in progress. */
  async waiting(): Promise<string[]> {
    const rows = await this.db.statement<{ user_id: string }>(
      'accounts_to_erase',
      `SELECT user_id FROM user_credits WHERE status = 'erasing' AND moved_to IS NULL AND held = 0 ORDER BY user_id`,
      [],
    );
    return rows.map(({ user_id }) => user_id);
  }

  /** Returns an account and all accounts that were merged into it. */
  async lineage(user_id: string): Promise<string[]> {
    const rows = await this.db.statement<{ id: string }>('account_lineage', 'SELECT tollgate_accounts_of($1) AS id', [
      user_id,
    ]);
    return rows.map(({ id }) => id);
  }

  /**
   * Erases the accounts of one person in one transaction, without a time limit.
   * @returns false if work in progress holds credits of one of them
   */
  async erase(accounts: readonly Pseudonym[]): Promise<boolean> {
    const client = await this.db.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SET LOCAL statement_timeout = 0');
      const owners = accounts.map(({ owner }) => owner);
      const { rows } = await client.query<{ held: string; status: string }>(
        'SELECT held, status FROM user_credits WHERE user_id = ANY ($1::text[]) ORDER BY user_id FOR UPDATE',
        [owners],
      );
      const isReady = rows.length === owners.length && rows.every(({ held }) => Number(held) === 0);
      if (isReady) {
        await client.query(`UPDATE user_credits SET status = 'erasing' WHERE user_id = ANY ($1::text[])`, [owners]);
        for (const { owner, pseudonym, fingerprint } of accounts) {
          const values = [pseudonym, fingerprint];
          await client.query('INSERT INTO account_erasures (user_id, fingerprint) VALUES ($1, $2)', values);
          await client.query('SELECT tollgate_erase_contact($1)', [owner]);
          await client.query('SELECT tollgate_erase_account($1, $2)', [owner, pseudonym]);
        }
      }
      await client.query('COMMIT');
      return isReady;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined); // the connection is lost; the first error says why
      throw error;
    } finally {
      client.release();
    }
  }
}
