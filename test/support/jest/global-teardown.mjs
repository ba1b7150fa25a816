import pg from 'pg';

/** Removes what the global setup made. */
export default async function globalTeardown() {
  const { cluster, adminUrl, template } = globalThis.TOLLGATE_TEST_STATE;
  if (cluster !== null) {
    await cluster.stop();
    return;
  }
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`ALTER DATABASE ${template} WITH IS_TEMPLATE false`);
  await admin.query(`DROP DATABASE ${template} WITH (FORCE)`);
  await admin.end();
}
