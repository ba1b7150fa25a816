import { Injectable } from '@nestjs/common';
import { BacklogChecks } from './backlog.checks.js';
import { BooksChecks } from './books.checks.js';
import { DoctorRepository } from './doctor.repository.js';
import { type Check, type Finding, type OnProgress } from './finding.js';
import { SurroundingsChecks } from './surroundings.checks.js';
import { WebhooksChecks } from './webhooks.checks.js';

/** The result of an examination. */
export interface DoctorReport {
  level: 'ok' | 'warning' | 'error';
  findings: Finding[];
  /** Sentences about repairs. */
  repaired: string[];
  /** Names of all checks, including those without findings. */
  checks: string[];
  /** Size of the database on disk. */
  database_bytes: number;
}

export interface DoctorOptions {
  /** Whether to make safe repairs. */
  repair?: boolean;
  /** Aborts the examination between two steps. */
  signal?: AbortSignal;
  /** Called with the progress of long checks. */
  onProgress?: (check: Check, ...progress: Parameters<OnProgress>) => void;
}

/** Checks an installation for faults while it is running. */
@Injectable()
export class Doctor {
  constructor(
    private readonly surroundings: SurroundingsChecks,
    private readonly books: BooksChecks,
    private readonly backlog: BacklogChecks,
    private readonly webhooks: WebhooksChecks,
    private readonly repository: DoctorRepository,
  ) {}

  /**
   * Runs every check. A check that throws is itself a finding. With `repair`, repaired checks run again.
   * @throws the reason of `signal` once it is aborted
   */
  async examine({ repair = false, signal, onProgress }: DoctorOptions = {}): Promise<DoctorReport> {
    const checks = [...this.surroundings.all(), ...this.books.all(), ...this.backlog.all(), ...this.webhooks.all()];
    const findings: Finding[] = [];
    const repaired: string[] = [];
    for (const check of checks) {
      const look = (): Promise<Finding[]> =>
        findingsOf(check, (...progress) => {
          signal?.throwIfAborted();
          onProgress?.(check, ...progress);
        });
      signal?.throwIfAborted();
      let found = await look();
      if (repair && found.length > 0 && check.repair) {
        repaired.push(`${check.name}: ${await check.repair()}`);
        found = await look();
      }
      signal?.throwIfAborted(); // the check was aborted
      findings.push(...found);
    }
    return {
      level: worstOf(findings),
      findings,
      repaired,
      checks: checks.map(({ name }) => name),
      database_bytes: (await this.repository.storage()).database_bytes,
    };
  }
}

async function findingsOf(check: Check, onProgress: OnProgress): Promise<Finding[]> {
  try {
    return (await check.run(onProgress)).map((found) => ({ check: check.name, ...found }));
  } catch (error) {
    const found = `This could not be checked: ${error instanceof Error ? error.message : String(error)}`;
    return [{ check: check.name, level: 'error', found, remedy: 'Remove the cause, and run the doctor again' }];
  }
}

function worstOf(findings: readonly Finding[]): DoctorReport['level'] {
  if (findings.some(({ level }) => level === 'error')) return 'error';
  return findings.length > 0 ? 'warning' : 'ok';
}
