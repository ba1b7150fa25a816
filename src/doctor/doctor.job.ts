import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JobRun } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import { Doctor, type DoctorReport } from './doctor.service.js';

/** The stored result of a run. */
export interface ExaminationResult extends Pick<DoctorReport, 'level'> {
  /** Number of findings. */
  findings: number;
  found: DoctorReport['findings'];
}

/** Checks the installation every night and logs the findings with the name of the check. */
@Injectable()
export class DoctorJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly doctor: Doctor,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'doctor', cron: '40 3 * * *', run: (_data, run) => this.examine(run) });
  }

  /** Runs all checks. The result is stored with the run. */
  async examine({ log, signal }: JobRun): Promise<ExaminationResult> {
    const { level, findings } = await this.doctor.examine({ signal });
    for (const { check, level: grade, found, remedy } of findings) {
      log[grade === 'error' ? 'error' : 'warn'](`${check}: ${found}. ${remedy}.`);
    }
    return { level, findings: findings.length, found: findings };
  }
}
