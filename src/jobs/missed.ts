import { CronExpressionParser } from 'cron-parser';

/** A scheduled job, and when a run of it was last enqueued. */
export interface LastEnqueued {
  name: string;
  /** Five fields, UTC. */
  cron: string;
  at: Date;
}

/** A schedule that comes round this soon needs no catching up. The scheduler looks at the last minute by itself. */
const SOON_MS = 5 * 60_000;

/** Returns the names of the jobs whose latest scheduled time passed without a run: no worker was running. */
export function missed(jobs: readonly LastEnqueued[], now: Date): string[] {
  return jobs.filter(({ cron, at }) => isMissed(cron, at, now)).map(({ name }) => name);
}

function isMissed(cron: string, at: Date, now: Date): boolean {
  const times = CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: now });
  const latest = times.prev().getTime();
  const isFrequent = times.next().getTime() - latest <= SOON_MS;
  return !isFrequent && at.getTime() < latest && now.getTime() - latest > SOON_MS;
}
