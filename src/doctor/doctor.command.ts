import { Command, Option } from 'nest-commander';
import { CliCommand } from '../platform/cli/command.js';
import { EXIT } from '../platform/cli/exit-codes.js';
import { Progress } from '../platform/cli/progress.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { Doctor, type DoctorOptions, type DoctorReport } from './doctor.service.js';

const COLUMNS: readonly Column[] = [
  ['level', 'level'],
  ['check', 'check'],
  ['found', 'found'],
  ['remedy', 'remedy'],
];

/** `tollgate doctor`: exit code 1 if there are errors; warnings do not change it. */
@Command({
  name: 'doctor',
  description: 'Check configuration, database, ledger and backlog; exits with 1 on errors',
})
export class DoctorCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly doctor: Doctor,
  ) {
    super(terminal);
  }

  @Option({
    flags: '--repair',
    description: 'Repair: rebuild a differing usage roll-up, book due renewals and expiries, release expired holds',
  })
  parseRepair(): boolean {
    return true;
  }

  override async run(_params: string[], { repair = false }: { repair?: boolean } = {}): Promise<void> {
    const report = await this.examine(repair);
    if (report.level === 'error') this.terminal.exit_code = EXIT.unexpected;
    if (this.terminal.isJson) this.terminal.printJson(report);
    else this.printReport(report);
  }

  private async examine(repair: boolean): Promise<DoctorReport> {
    const bars = new Map<string, Progress>();
    const onProgress: DoctorOptions['onProgress'] = ({ name, counts = 'rows' }, done, total) => {
      const bar = bars.get(name) ?? new Progress(this.terminal, counts);
      bars.set(name, bar);
      bar.update(done, total);
      if (done < total) return;
      bar.stop();
      bars.delete(name);
    };
    try {
      return await this.doctor.examine({ repair, onProgress });
    } finally {
      for (const bar of bars.values()) bar.stop();
    }
  }

  private printReport({ level, findings, repaired, checks, database_bytes }: DoctorReport): void {
    for (const sentence of repaired) this.terminal.print(`Repaired: ${sentence}.`);
    this.terminal.printRows(COLUMNS, findings);
    const size = `The database uses ${(database_bytes / 1024 / 1024).toFixed(1)} MiB.`;
    const verdict = level === 'ok' ? 'no findings' : `findings: ${String(findings.length)}`;
    this.terminal.print(`Checked ${checks.join(', ')}; ${verdict}. ${size}`);
  }
}
