import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startTemporaryServer } from '../../../src/platform/embedded/temporary-server.ts';
import { applyMigrations } from '../../../src/platform/schema/engine.ts';

/**
 * Prepares one migrated template database, which every test file clones. It lies in a throwaway cluster, or in the
 * server of TEST_DATABASE_URL or DATABASE_URL (in databases of its own; the one named there is only connected to).
 */
export default async function globalSetup() {
  const given = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  const cluster = given === undefined ? await startTemporaryServer({ fsync: false }) : null;
  const adminUrl = cluster?.url('postgres') ?? given;
  const template = `tollgate_test_${randomBytes(4).toString('hex')}_template`;
  const state = { cluster, adminUrl, template };
  globalThis.TOLLGATE_TEST_STATE = state;
  try {
    await prepareTemplate(state);
  } catch (error) {
    await cluster?.stop();
    throw error;
  }
  // Workers start after this and inherit the environment; a test that needs a database asks createTestDatabase().
  process.env.TEST_ADMIN_URL = adminUrl;
  process.env.TEST_TEMPLATE = template;
  delete process.env.DATABASE_URL;
}

async function prepareTemplate({ adminUrl, template }) {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${template}`);
    const url = new URL(adminUrl);
    url.pathname = `/${template}`;
    await applyMigrations(url.href);
    await admin.query(`ALTER DATABASE ${template} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  } finally {
    await admin.end();
  }
}
