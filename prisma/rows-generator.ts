// Prisma generator: writes src/generated/rows.ts and prisma/comments.sql from the schema's models and docs.
// Run by `prisma generate`. GENERATE_ROWS_TO=<folder> writes both there instead (check:drift compares them).
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import helper from '@prisma/generator-helper';
import { format, resolveConfig } from 'prettier';
import { renderRows } from './rows-classes.ts';
import { renderComments } from './rows-comments.ts';

helper.generatorHandler({
  onManifest: () => ({ prettyName: 'row classes and column comments', defaultOutput: '../src/generated' }),
  async onGenerate({ dmmf, generator, schemaPath }) {
    const elsewhere = process.env['GENERATE_ROWS_TO'];
    const output = generator.output?.value;
    if (!output) throw new Error('generator rows: output is missing in schema.prisma');
    const target = path.join(output, 'rows.ts'); // the path determines which prettier configuration applies
    const rows = await format(renderRows(dmmf.datamodel), { ...(await resolveConfig(target)), parser: 'typescript' });
    await writeFile(elsewhere ? path.join(elsewhere, 'rows.ts') : target, rows);
    const comments = renderComments(dmmf.datamodel);
    await writeFile(path.join(elsewhere ?? path.dirname(schemaPath), 'comments.sql'), comments);
  },
});
