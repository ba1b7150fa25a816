import { Injectable } from '@nestjs/common';
import { amount } from '../../platform/values/amount.js';
import { NotFound } from '../../platform/errors.js';
import type { Account } from '../accounts/account.js';
import { sumRemaining } from '../grants/grant.js';
import { type FoundFault, LedgerVerificationRepository } from './ledger-verification.repository.js';
import type { ACCOUNT_FAULTS, TABLE_FAULTS } from './ledger-verification.sql.js';

type Check = keyof typeof ACCOUNT_FAULTS | keyof typeof TABLE_FAULTS | 'capped';

/** The rule behind each check. */
export const CHECKS: Record<Check, string> = {
  ledger_sum: 'The lines of an account sum to its balance minus its debt',
  chain: "A line's balance_after is the previous line's balance_after plus its amount",
  newest_line: "The newest line's balance_after is the balance minus the debt",
  line_order: 'Ids increase in posting order',
  grants_cover: 'The remaining credits of the grants cover the balance',
  unsettled_burns: 'Grants exceed the balance by at most the charges since burns were last attributed to them',
  grant_remaining: "A grant's remaining credits are between zero and its amount",
  grant_line: 'A grant refers to the line that booked it',
  capped: 'The credits locked by the monthly cap equal the computed amount',
  held: 'Held credits are the sum of the active holds',
  budget_used: 'A budget has used what the charges of its window sum to',
  budget_held: 'A budget holds what its active holds set aside',
  budget_flag: 'An account is marked if it has active budgets',
  hold_captured: 'The lines of a captured hold sum to its captured amount',
  hold_uncharged: 'A hold captured with credits has lines',
  refunded: 'Refunds refer to a charge of the account and never exceed it',
  debt: 'Balance and held are never negative, and there is debt only when no unheld credits are left',
  period: 'A period ends within 30 days, plus 30 for each free month',
  due: 'Nothing falls due later than the first expiry or the end of the period',
  idempotency: 'An idempotency key refers to a line, a hold or a usage event of its account',
  orphan_lines: 'Ledger lines belong to an account',
  orphan_grants: 'Grants belong to an account',
  orphan_holds: 'Holds belong to an account',
  orphan_keys: 'Idempotency keys belong to an account',
};

/** A violation of a rule. */
export interface Fault {
  user_id: string;
  check: string;
  /** The faulty line, grant, hold or key; null means the account itself. */
  subject: string | null;
  expected: string;
  found: string;
  /** The violated rule, as a sentence. */
  rule: string;
}

/** The result of a verification. */
export interface VerificationReport {
  verified: boolean;
  accounts: number;
  lines: number;
  /** Number of faults, including those that are not listed. */
  fault_count: number;
  /** The first faults. */
  faults: Fault[];
}

const BATCH_ACCOUNTS = 1_000;
const FAULTS_LISTED_MAX = 1_000;

/** Verifies that the stored accounts add up, batch by batch, while the service is running. */
@Injectable()
export class LedgerVerification {
  constructor(private readonly repository: LedgerVerificationRepository) {}

  /**
   * Verifies all accounts, or only that of `user_id`. Each batch reads one snapshot; nothing is locked or changed.
   * @param onProgress called with the number of verified accounts and the total
   * @throws NotFound when the user has no account and no orphaned rows either
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
      user_id,
      check,
      subject,
      expected: short(expected),
      found: short(actual),
      rule: CHECKS[check as Check],
    });
  }
}

/** Recomputes the locked credits, as the next change of grants would, and compares them. */
function cappedFaults(account: Account): FoundFault[] {
  const { state, user_id } = account;
  const stored = state.capped;
  if (state.balance < 0n || sumRemaining(account.grants) < state.balance) return []; // reported by the checks debt and grants_cover
  account.settleBurns();
  if (state.capped === stored) return [];
  return [{ check: 'capped', user_id, subject: null, expected: amount(state.capped), found: amount(stored) }];
}

/** Shortens decimals to six places where the rest is zero; numeric(20,10) prints ten. */
const short = (text: string): string => text.replace(/(\.\d{6}\d*?)0+\b/g, '$1');
