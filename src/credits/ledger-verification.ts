import { Injectable } from '@nestjs/common';
import { amount } from '../platform/amount.js';
import { NotFound } from '../platform/errors.js';
import type { Account } from './account.js';
import { sumRemaining } from './grant.js';
import { type FoundFault, LedgerVerificationRepository } from './ledger-verification.repository.js';
import type { ACCOUNT_FAULTS, TABLE_FAULTS } from './ledger-verification.sql.js';

type Check = keyof typeof ACCOUNT_FAULTS | keyof typeof TABLE_FAULTS | 'capped';

/** What each check demands. */
export const CHECKS: Record<Check, string> = {
  ledger_sum: 'The lines of an account sum to its balance minus its debt',
  chain: "A line's balance_after is that of the line before plus its amount",
  newest_line: "The newest line's balance_after is the balance minus the debt",
  line_order: 'Ids rise in posting order',
  grants_cover: 'What remains in grants covers the balance',
  unsettled_burns: 'Grants hold no more beyond the balance than was charged since they were last settled',
  grant_remaining: "A grant's remaining lies between zero and its amount",
  grant_line: 'A grant names the line that booked it',
  capped: 'The credits that the monthly cap locks are those that the rules give',
  held: 'Held credits are the sum of the active holds',
  hold_captured: 'The lines of a captured hold sum to its captured amount',
  hold_uncharged: 'A hold captured with credits has lines',
  refunded: 'Refunds name a charge of the account and never exceed it',
  debt: 'Balance and held are never negative, and there is debt only where nothing is left to pay it',
  period: 'A period ends within 30 days, and 30 more for each free month',
  due: 'Nothing falls due later than the first expiry or the end of the period',
  idempotency: 'An idempotency key names a line, a hold or a usage event of its account',
  orphan_lines: 'Ledger lines belong to an account',
  orphan_grants: 'Grants belong to an account',
  orphan_holds: 'Holds belong to an account',
  orphan_keys: 'Idempotency keys belong to an account',
};

/** Something that does not add up. */
export interface Fault {
  user_id: string;
  check: string;
  /** Line, grant, hold or key that is off; null when it is the account. */
  subject: string | null;
  expected: string;
  found: string;
  /** What should be, in a sentence. */
  rule: string;
}

/** What a verification found. */
export interface VerificationReport {
  verified: boolean;
  accounts: number;
  lines: number;
  /** All faults, also those that are not listed. */
  fault_count: number;
  /** The first faults. */
  faults: Fault[];
}

const BATCH_ACCOUNTS = 1_000;
const FAULTS_LISTED_MAX = 1_000;

/** Proves that what is stored adds up, account by account, while the service goes on working. */
@Injectable()
export class LedgerVerification {
  constructor(private readonly repository: LedgerVerificationRepository) {}

  /**
   * Verifies every account, or the one named. Each batch is looked at as of one instant; nothing is locked or changed.
   * @param onProgress told how many of how many accounts are done
   * @throws NotFound when the named user has no account and left nothing behind either
   */
  async verify(
    user_id: string | null,
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<VerificationReport> {
    const report: VerificationReport = { verified: true, accounts: 0, lines: 0, fault_count: 0, faults: [] };
    const total = await this.repository.count(user_id);
    onProgress(0, total);
    let after: string | null = null;
    for (;;) {
      const batch = await this.repository.next(after, user_id, BATCH_ACCOUNTS);
      if (batch === null) break;
      add(report, [...batch.faults, ...batch.accounts.flatMap(cappedFaults)]);
      report.accounts += batch.user_ids.length;
      report.lines += batch.lines;
      after = batch.user_ids.at(-1) ?? null;
      onProgress(report.accounts, total);
    }
    add(report, await this.repository.tables(user_id));
    if (user_id !== null && report.accounts === 0 && report.verified) throw new NotFound(`Account ${user_id}`);
    return report;
  }
}

function add(report: VerificationReport, found: FoundFault[]): void {
  report.fault_count += found.length;
  report.verified = report.fault_count === 0;
  for (const fault of found.slice(0, Math.max(0, FAULTS_LISTED_MAX - report.faults.length))) {
    const { check, expected, found: actual, user_id, subject } = fault;
    report.faults.push({
      ...{ user_id, check, subject },
      expected: short(expected),
      found: short(actual),
      rule: CHECKS[check as Check],
    });
  }
}

/** Works out the locked credits anew, as the next change of grants would. */
function cappedFaults(account: Account): FoundFault[] {
  const { state, user_id } = account;
  const stored = state.capped;
  if (state.balance < 0n || sumRemaining(account.grants) < state.balance) return []; // debt and grants_cover say so
  account.settleBurns();
  if (state.capped === stored) return [];
  return [{ check: 'capped', user_id, subject: null, expected: amount(state.capped), found: amount(stored) }];
}

/** numeric(20,10) as text has ten decimals; six are enough where the rest is zero. */
const short = (text: string): string => text.replace(/(\.\d{6}\d*?)0+\b/g, '$1');
