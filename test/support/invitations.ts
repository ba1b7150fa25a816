import { randomUUID } from 'node:crypto';
import { ReferralsJob } from '../../src/growth/referrals/referrals.job.js';
import type { Json, TestEnv } from './factories.js';

export const TERMS = { reward: '10', referred_credits: '5', min_paid: '20' };

/** Users who invite others, and what those pay. */
export class Invitations {
  constructor(readonly w: TestEnv) {}

  async setProgram(terms: object = {}): Promise<Json> {
    const answer = await this.w.t.call('admin/referral-program', {
      method: 'PUT',
      token: this.w.admin,
      body: { ...TERMS, ...terms },
    });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body as Json;
  }

  async me(user_id: string): Promise<Json> {
    return (await this.w.get('referrals/me', {}, await this.w.as(user_id))).body;
  }

  async codeOf(user_id: string): Promise<string> {
    return (await this.me(user_id)).code as string;
  }

  async redeem(user_id: string, code: string) {
    return this.w.post('referrals/redeem', { code }, { token: await this.w.as(user_id) });
  }

  /** A new user who redeemed the code of another. */
  async invited(by: string): Promise<string> {
    const user_id = await this.w.user('0');
    const answer = await this.redeem(user_id, await this.codeOf(by));
    if (answer.status !== 200) throw new Error(answer.text);
    return user_id;
  }

  /** Records a payment that was made some days ago. @returns its id */
  async pay(user_id: string, amount: string, days_ago = 15): Promise<string> {
    const [row] = await this.w.sql(
      `INSERT INTO payments (user_id, kind, status, package_code, credits, amount, currency, paid_at)
       VALUES ($1, 'package', 'paid', 'p', 1, $2, 'usd', now() - $3 * interval '1 day') RETURNING id`,
      [user_id, amount, days_ago],
    );
    return row?.id as string;
  }

  /** What two accounts have in common. */
  async share(kind: string, ...user_ids: string[]): Promise<void> {
    const digest = randomUUID().replaceAll('-', '').padEnd(64, '0');
    for (const user_id of user_ids) {
      await this.w.sql('INSERT INTO abuse_signals (kind, digest, user_id) VALUES ($1, $2, $3)', [
        kind,
        digest,
        user_id,
      ]);
    }
  }

  settleAll(): Promise<void> {
    return this.w.t.app.get(ReferralsJob).settleAll({ signal: new AbortController().signal });
  }

  /** Returns the referral of an invited user. */
  async of(user_id: string): Promise<Json> {
    const [row] = await this.w.sql('SELECT * FROM referrals WHERE user_id = $1', [user_id]);
    return row as Json;
  }

  /** Returns the state of a referral after the job, with its reason. */
  async settled(user_id: string): Promise<[unknown, unknown]> {
    await this.settleAll();
    const { state, reason } = await this.of(user_id);
    return [state, reason];
  }

  /** Returns the amounts of an account's ledger lines about invitations. */
  async lines(user_id: string): Promise<number[]> {
    const about = (await this.w.ledger(user_id)).filter(({ metadata }) => (metadata as Json | null)?.referral_id);
    return about.map(({ amount }) => Number(amount));
  }
}
