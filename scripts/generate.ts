/**
 * `npm run generate`: generates the Prisma client, src/generated/rows.ts, prisma/comments.sql and
 * src/generated/catalogue.ts from prisma/schema.prisma and the migrations, and src/generated/mail-layout.ts from its MJML.
 */
import { writeFile } from 'node:fs/promises';
import pg from 'pg';
import { readCatalogue } from '../src/platform/schema/catalogue.ts';
import { applyMigrations } from '../src/platform/schema/engine.ts';
import { CATALOGUE_FILE, renderCatalogue, runGenerators } from './generated-files.ts';
import { LAYOUT_FILE, renderMailLayout } from './mail-layout.ts';
import { withScratchDatabase } from './scratch-database.ts';

await runGenerators();
await writeFile(LAYOUT_FILE, await renderMailLayout());
const lines = await withScratchDatabase(async (url) => {
  await applyMigrations(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await readCatalogue(client);
  } finally {
    await client.end();
  }
});
await writeFile(CATALOGUE_FILE, await renderCatalogue(lines));
console.log(
  'Generated the Prisma client, src/generated/rows.ts, prisma/comments.sql, src/generated/catalogue.ts and src/generated/mail-layout.ts',
);
