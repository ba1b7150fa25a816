import { Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Command, SubCommand } from 'nest-commander';
import { CliCommand, CommandGroup } from '../platform/cli/command.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { Database } from '../platform/database.js';

/** How a job stands. */
export class JobView {
  /** Name of the job. */
  @ApiProperty({ type: 'string' })
  name!: string;

  /** When it runs by itself: cron's fields, UTC; null when it is only asked for. */
  @ApiProperty({ type: 'string', nullable: true })
  cron!: string | null;

  /** Runs that wait, for a retry too. */
  @ApiProperty({ type: 'integer' })
  waiting!: number;

  /** Runs that go on now. */
  @ApiProperty({ type: 'integer' })
  active!: number;

  /** Runs that were given up within the last week. */
  @ApiProperty({ type: 'integer' })
  failed!: number;

  /** When a run last succeeded. */
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  succeeded_at!: Date | null;

  /** What the newest run that failed said; null when none did within the last week. */
  @ApiProperty({ type: 'string', nullable: true })
  error!: string | null;
}

const COLUMNS: readonly Column[] = [
  ['job', 'name'],
  ['schedule', 'cron'],
  ['waiting', 'waiting'],
  ['active', 'active'],
  ['failed', 'failed'],
  ['succeeded', 'succeeded_at'],
  ['newest failure', 'error'],
];

/** Reads what pg-boss wrote down. */
@Injectable()
export class JobsReader {
  constructor(private readonly db: Database) {}

  /** Every job that was ever worked on, by name. */
  async list(): Promise<JobView[]> {
    const { rows } = await this.db.pool.query<JobView>(`
      SELECT q.name, s.cron, count(*) FILTER (WHERE j.state IN ('created', 'retry'))::int AS waiting,
        count(*) FILTER (WHERE j.state = 'active')::int AS active, count(*) FILTER (WHERE j.state = 'failed')::int AS failed,
        max(j.completed_on) FILTER (WHERE j.state = 'completed') AS succeeded_at,
        (array_agg(j.output->>'message' ORDER BY j.started_on DESC) FILTER (WHERE j.state IN ('failed', 'retry')))[1] AS error
      FROM pgboss.queue q LEFT JOIN pgboss.schedule s USING (name) LEFT JOIN pgboss.job j USING (name)
      WHERE q.name NOT LIKE '\\_\\_pgboss%'
      GROUP BY q.name, s.cron ORDER BY q.name`);
    return rows;
  }
}

/** `tollgate jobs list`. */
@SubCommand({ name: 'list', description: 'List the jobs: schedules, runs that wait, and what failed' })
export class JobsListCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly jobs: JobsReader,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.list(JobView, await this.jobs.list(), COLUMNS);
  }
}

/** `tollgate jobs`. */
@Command({ name: 'jobs', description: 'Look at the work outside of requests', subCommands: [JobsListCommand] })
export class JobsCommand extends CommandGroup {}
