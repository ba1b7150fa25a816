/** Stands in for pgbench where there is none: run by fork(), a BaselineJob comes in, transactions a second go out. */
import pg from 'pg';
import { type BaselineJob, BASELINES } from './baseline.ts';

async function run({ baseline, users, connections, seconds, url }: BaselineJob): Promise<number> {
  const statements = BASELINES[baseline].map((sql, i) => ({
    name: `${baseline}_${i}`,
    text: sql.replaceAll(':n', '$1::text'),
    takesUser: sql.includes(':n'),
  }));
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  const start = performance.now();
  const until = start + seconds * 1000;
  let done = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < until) {
        const n = String(Math.floor(Math.random() * users));
        for (const { name, text, takesUser } of statements)
          await client.query({ name, text, values: takesUser ? [n] : [] });
        done += 1;
      }
    }),
  );
  const rate = done / ((performance.now() - start) / 1000);
  await Promise.all(clients.map((client) => client.end()));
  return rate;
}

process.on('message', (job: BaselineJob) => {
  run(job).then(
    (rate) => process.send?.(rate),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.on('disconnect', () => process.exit());
