import { Injectable } from '@nestjs/common';
import { LedgerVerification } from '../credits/ledger/ledger-verification.js';
import { RollupVerification } from '../metering/rollup-verification.js';
import { DoctorRepository, type ORPHANS } from './doctor.repository.js';
import { counted } from '../platform/values/counted.js';
import { type Check, type Fault, fault, type OnProgress, warning } from './finding.js';

const REPORT = 'Change nothing in the database before you know what wrote this; corrections are new ledger lines';

/** The fault for each kind of stray row. */
const ORPHAN_FAULTS: Record<keyof typeof ORPHANS, (rows: number) => Fault> = {
  charged_events: (n) => fault(`${counted(n, 'charged usage event')} without its ledger line`, REPORT),
  charged_calls: (n) => fault(`${counted(n, 'charged gateway call')} without a usage event`, REPORT),
  charged_users: (n) => fault(`${counted(n, 'charged usage event')} of users without an account`, REPORT),
  ended_leases: (n) => fault(`${counted(n, 'hold')} that ended but is still leased to a gateway call`, REPORT),
  kept_answers: (n) =>
    warning(`${counted(n, 'stored answer')} of calls without a hold`, 'Delete them from call_answers'),
  redemptions: (n) => fault(`${counted(n, 'redemption')} of coupons by users without an account`, REPORT),
  subscriptions: (n) =>
    fault(`${counted(n, 'live subscription')} of users without an account`, 'Run: tollgate payments end --user ID'),
  topups: (n) =>
    fault(`${counted(n, 'automatic top-up')} of users without an account`, 'Run: tollgate payments end --user ID'),
};

/** Checks of ledger, roll-up and references. */
@Injectable()
export class BooksChecks {
  constructor(
    private readonly ledger: LedgerVerification,
    private readonly rollup: RollupVerification,
    private readonly repository: DoctorRepository,
  ) {}

  all(): Check[] {
    return [
      { name: 'ledger', counts: 'accounts', run: (onProgress) => this.verifyLedger(onProgress) },
      {
        name: 'usage-rollup',
        counts: 'users',
        run: (onProgress) => this.verifyRollup(onProgress),
        repair: async () => {
          await this.rollup.rebuild();
          return 'usage was rolled up again from its events';
        },
      },
      { name: 'connections', counts: 'kinds of rows', run: (onProgress) => this.findOrphans(onProgress) },
    ];
  }

  private async verifyLedger(onProgress: OnProgress): Promise<Fault[]> {
    const { faults, fault_count } = await this.ledger.verify(null, onProgress);
    const listed = [...new Set(faults.map(({ check }) => check))].map((check) => {
      const same = faults.filter((one) => one.check === check);
      const { rule = '', user_id = '', subject = null } = same[0] ?? {};
      const whose = subject === null ? user_id : `${user_id}, ${subject}`;
      const found = `${check}: ${counted(same.length, 'fault')}, the first for ${whose} (${rule})`;
      return fault(found, `Run: tollgate ledger verify. ${REPORT}`);
    });
    if (fault_count === faults.length) return listed;
    return [...listed, fault(`ledger: ${String(fault_count)} faults in total`, 'Run: tollgate ledger verify')];
  }

  private async verifyRollup(onProgress: OnProgress): Promise<Fault[]> {
    const { fault_count } = await this.rollup.verify(onProgress);
    if (fault_count === 0) return [];
    const found = `${counted(fault_count, 'day or session', 'days or sessions')} of the roll-up differ from the usage events`;
    return [fault(found, 'Run: tollgate doctor --repair, or tollgate usage verify --rebuild')];
  }

  private async findOrphans(onProgress: OnProgress): Promise<Fault[]> {
    const kinds = Object.keys(ORPHAN_FAULTS) as (keyof typeof ORPHANS)[];
    const faults: Fault[] = [];
    for (const [n, kind] of kinds.entries()) {
      onProgress(n, kinds.length);
      const { rows, example } = await this.repository.orphans(kind);
      if (rows === 0) continue;
      const { found, ...rest } = ORPHAN_FAULTS[kind](rows);
      faults.push({ ...rest, found: `${found}, such as ${example}` });
    }
    onProgress(kinds.length, kinds.length);
    return faults;
  }
}
