import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { Command, SubCommand } from 'nest-commander';
import { CommandGroup, DtoCommand } from '../../platform/cli/command.js';
import { EXIT } from '../../platform/cli/exit-codes.js';
import { Progress } from '../../platform/cli/progress.js';
import { type Column, Terminal } from '../../platform/cli/terminal.js';
import { IsText } from '../../platform/values/wire-decorators.js';
import { LedgerVerification, type VerificationReport } from './ledger-verification.js';

/** The accounts to verify. */
class VerifyOrder {
  @ApiPropertyOptional({ description: 'Only this account', type: 'string' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  user_id?: string;
}

const COLUMNS: readonly Column[] = [
  ['user', 'user_id'],
  ['check', 'check'],
  ['of', 'subject'],
  ['expected', 'expected'],
  ['found', 'found'],
];

/** `tollgate ledger verify`: exits with 0 if everything adds up, with 3 otherwise. */
@SubCommand({
  name: 'verify',
  description:
    'Verify for every account that the ledger, balance, grants and holds add up; otherwise list the faults and exit with 3',
})
export class LedgerVerifyCommand extends DtoCommand<VerifyOrder> {
  protected readonly dto = VerifyOrder;
  protected override readonly flags = { user_id: '--user' };

  constructor(
    terminal: Terminal,
    private readonly verification: LedgerVerification,
  ) {
    super(terminal);
  }

  protected override async execute({ user_id }: VerifyOrder): Promise<void> {
    const report = await this.verify(user_id ?? null);
    if (!report.verified) this.terminal.exit_code = EXIT.drift;
    if (this.terminal.isJson) this.terminal.printJson(report);
    else this.printReport(report);
  }

  private async verify(user_id: string | null): Promise<VerificationReport> {
    const progress = new Progress(this.terminal, 'accounts');
    try {
      return await this.verification.verify(user_id, (done, total) => progress.update(done, total));
    } finally {
      progress.stop();
    }
  }

  private printReport({ verified, accounts, lines, fault_count, faults }: VerificationReport): void {
    const seen = `${counted(accounts, 'account')} with ${counted(lines, 'ledger line')}`;
    if (verified) {
      this.terminal.print(`Verified: ${seen}, and everything adds up.`);
      return;
    }
    this.terminal.printRows(COLUMNS, faults);
    for (const check of new Set(faults.map((fault) => fault.check))) {
      this.terminal.print(`${check}: ${faults.find((fault) => fault.check === check)?.rule ?? ''}.`);
    }
    const unlisted = fault_count - faults.length;
    const more = unlisted > 0 ? `; ${unlisted} of them not listed` : '';
    this.terminal.print(`Not verified: ${counted(fault_count, 'fault')} in ${seen}${more}.`);
  }
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** `tollgate ledger`. */
@Command({ name: 'ledger', description: 'Verify the ledger', subCommands: [LedgerVerifyCommand] })
export class LedgerCommand extends CommandGroup {}
