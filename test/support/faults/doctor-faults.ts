import { UNKNOWN_ID } from '../factories.js';

interface DoctorFault {
  name: string;
  /** SQL that creates the fault. */
  spoil: string;
  /** SQL that reverts it. */
  mend: string;
  check: string;
  level: 'warning' | 'error';
  /** Words in the finding. */
  words: string;
}

const HOUR = `interval '1 hour'`;
const run = (state: string, more: string): string =>
  `SELECT pgboss.create_queue('odd', '{"policy": "standard"}');
   INSERT INTO pgboss.job (name, state, start_after, output) VALUES ('odd', '${state}', now() - ${HOUR}, ${more})`;
const NO_RUN = `DELETE FROM pgboss.job WHERE name = 'odd'; DELETE FROM pgboss.queue WHERE name = 'odd'`;

/** Faults in a database in which the user `ann` has a charge, a captured hold and an active one. */
export const DOCTOR_FAULTS: DoctorFault[] = [
  {
    name: 'a missing index',
    spoil: 'ALTER INDEX user_credits_due_at_idx RENAME TO due_elsewhere_idx',
    mend: 'ALTER INDEX due_elsewhere_idx RENAME TO user_credits_due_at_idx',
    check: 'schema',
    level: 'warning',
    words: 'user_credits_due_at_idx',
  },
  {
    name: 'a missing column',
    spoil: 'ALTER TABLE credit_holds RENAME COLUMN model TO modell',
    mend: 'ALTER TABLE credit_holds RENAME COLUMN modell TO model',
    check: 'schema',
    level: 'error',
    words: 'credit_holds.model',
  },
  {
    name: 'wrong held credits',
    spoil: 'UPDATE user_credits SET held = held + 0.5',
    mend: 'UPDATE user_credits SET held = held - 0.5',
    check: 'ledger',
    level: 'error',
    words: 'held: 1 fault, the first for ann',
  },
  {
    name: 'a charged event without its line',
    spoil: `UPDATE usage_events SET transaction_id = '${UNKNOWN_ID}' WHERE request_id = 'two'`,
    mend: `UPDATE usage_events SET transaction_id = NULL WHERE request_id = 'two'`,
    check: 'connections',
    level: 'error',
    words: '1 charged usage event without its ledger line, such as ann ',
  },
  {
    name: 'a charged call without an event',
    spoil: `UPDATE credit_holds SET work_id = 'gen-1' WHERE status = 'captured'`,
    mend: `UPDATE credit_holds SET work_id = NULL WHERE status = 'captured'`,
    check: 'connections',
    level: 'error',
    words: '1 charged gateway call without a usage event',
  },
  {
    name: 'an ended hold with a lease',
    spoil: `UPDATE credit_holds SET lease_until = now() + ${HOUR} WHERE status = 'captured'`,
    mend: 'UPDATE credit_holds SET lease_until = NULL',
    check: 'connections',
    level: 'error',
    words: '1 hold that ended',
  },
  {
    name: 'an answer without a hold',
    spoil: `INSERT INTO call_answers (user_id, hold_id, content_type, sealed_answer) VALUES ('ann', '${UNKNOWN_ID}', 'x', 'x')`,
    mend: 'DELETE FROM call_answers',
    check: 'connections',
    level: 'warning',
    words: '1 stored answer of calls without a hold',
  },
  {
    name: 'a redemption without an account',
    spoil: `INSERT INTO coupon_codes (code, coupon_type, value, created_by) VALUES ('ODD', 'credit_bonus', 1, 'x');
      INSERT INTO coupon_redemptions (user_id, code, credits_awarded, credits_added, new_balance, transaction_id, redeemed_at)
      VALUES ('nobody', 'ODD', 1, 1, 1, '${UNKNOWN_ID}', now())`,
    mend: `DELETE FROM coupon_redemptions; DELETE FROM coupon_codes WHERE code = 'ODD'`,
    check: 'connections',
    level: 'error',
    words: '1 redemption of coupons by users without an account',
  },
  {
    name: 'an account with an overdue booking',
    spoil: `UPDATE user_credits SET due_at = due_at - ${HOUR}`,
    mend: `UPDATE user_credits SET due_at = due_at + ${HOUR}`,
    check: 'backlog',
    level: 'warning',
    words: '1 account had overdue',
  },
  {
    name: 'an expired hold that was not released',
    spoil: `UPDATE user_credits SET due_at = due_at - ${HOUR};
      UPDATE credit_holds SET expires_at = expires_at - ${HOUR}, created_at = created_at - ${HOUR} WHERE status = 'active'`,
    mend: `UPDATE user_credits SET due_at = due_at + ${HOUR};
      UPDATE credit_holds SET expires_at = expires_at + ${HOUR}, created_at = created_at + ${HOUR} WHERE status = 'active'`,
    check: 'backlog',
    level: 'warning',
    words: '1 hold expired',
  },
  {
    name: 'a gateway call that no process settles',
    spoil: `UPDATE credit_holds SET lease_until = now() - ${HOUR} WHERE status = 'active'`,
    mend: 'UPDATE credit_holds SET lease_until = NULL',
    check: 'backlog',
    level: 'warning',
    words: '1 gateway call had no process',
  },
  {
    name: 'usage that is not rolled up',
    spoil: `UPDATE usage_events SET created_at = created_at - ${HOUR}`,
    mend: `UPDATE usage_events SET created_at = created_at + ${HOUR}`,
    check: 'backlog',
    level: 'warning',
    words: 'Usage has not been rolled up',
  },
  {
    name: 'a month without a partition',
    spoil: `DO $$ DECLARE p text; BEGIN
      FOR p IN SELECT name FROM tollgate_event_partitions() WHERE starts_at IS NOT NULL LOOP EXECUTE 'DROP TABLE ' || p; END LOOP; END $$`,
    mend: `SELECT tollgate_add_event_partitions(now() + interval '3 months')`,
    check: 'partitions',
    level: 'warning',
    words: 'usage_events has no partition for one of the next two months',
  },
  {
    name: 'a run that waits for a worker',
    spoil: run('created', 'NULL'),
    mend: NO_RUN,
    check: 'backlog',
    level: 'warning',
    words: '1 run of odd waited',
  },
  {
    name: 'a run that failed for good',
    spoil: run('failed', `'{"message": "no luck"}'`),
    mend: NO_RUN,
    check: 'jobs',
    level: 'warning',
    words: '1 run of odd failed for good within a week: no luck',
  },
];
