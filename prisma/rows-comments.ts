import type { DMMF } from '@prisma/generator-helper';
import { parseDoc } from './rows-docs.ts';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Generates COMMENT ON statements for every table, column and enum, in schema order. */
export function renderComments({ models, enums }: DMMF.Datamodel): string {
  const lines = [
    '-- Generated from the /// docs of schema.prisma by `npm run generate`. Do not edit.',
    '-- A changed doc needs a migration that holds the changed line.',
  ];
  for (const type of enums) {
    lines.push(
      `COMMENT ON TYPE ${quoted(type.name)} IS ${literal(parseDoc(type.name, type.documentation).description)};`,
    );
  }
  for (const model of models) {
    const table = quoted(model.name);
    lines.push('', `COMMENT ON TABLE ${table} IS ${literal(parseDoc(model.name, model.documentation).description)};`);
    for (const field of model.fields.filter((candidate) => candidate.kind !== 'object')) {
      const doc = parseDoc(`${model.name}.${field.name}`, field.documentation);
      lines.push(`COMMENT ON COLUMN ${table}.${quoted(field.name)} IS ${literal(doc.description)};`);
    }
  }
  return `${lines.join('\n')}\n`;
}
