import pg from 'pg';
import { startTemporaryServer } from '../src/platform/embedded/temporary-server.ts';

/**
 * Runs `use` with the URL of a new empty database, which is dropped afterwards: on the server of TEST_DATABASE_URL if
 * it is set (the role needs CREATEDB), otherwise in a temporary cluster.
 */
export async function withScratchDatabase<T>(use: (url: string) => Promise<T>): Promise<T> {
  const given = process.env['TEST_DATABASE_URL'];
  const cluster = given === undefined ? await startTemporaryServer({ fsync: false }) : null;
  try {
    return await withDatabaseOn(cluster?.url('postgres') ?? given ?? '', use);
  } finally {
    await cluster?.stop();
  }
}

async function withDatabaseOn<T>(adminUrl: string, use: (url: string) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const name = `tollgate_scratch_${process.pid}`;
  try {
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    return await use(url.href);
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
  }
}
