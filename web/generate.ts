/**
 * Generates from openapi.json: src/api/schema.gen.ts, the types of all paths; src/api/rules.gen.ts, the rules for the
 * fields of each body; and src/api/events.gen.ts, the types of events. Decimals get the type `${number}`, text that Intl.NumberFormat formats with all digits.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

interface Schema {
  type?: string;
  format?: string;
  nullable?: boolean;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
}

const source = path.resolve(import.meta.dirname, '../openapi.json');
interface Source {
  components: { schemas: Record<string, Schema> };
  webhooks: Record<string, unknown>;
}
const document = JSON.parse(readFileSync(source, 'utf8')) as Source;
const to = (name: string) => path.join(import.meta.dirname, 'src/api', name);

const { factory, SyntaxKind } = ts;
const decimal = factory.createTemplateLiteralType(factory.createTemplateHead(''), [
  factory.createTemplateLiteralTypeSpan(
    factory.createKeywordTypeNode(SyntaxKind.NumberKeyword),
    factory.createTemplateTail(''),
  ),
]);

const nodes = await openapiTS(document as never, {
  defaultNonNullable: false,
  alphabetize: false,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
  transform(schema) {
    const { type, format, nullable } = schema as Schema;
    if (type !== 'string' || format !== 'decimal') return undefined;
    return nullable
      ? factory.createUnionTypeNode([decimal, factory.createLiteralTypeNode(factory.createNull())])
      : decimal;
  },
});
writeFileSync(to('schema.gen.ts'), astToString(nodes));

/** One export per body, so that a page contains only the rules of its own forms. */
const rules = Object.entries(document.components.schemas)
  .filter(([name]) => name.endsWith('Body'))
  .map(([name, { properties = {}, required = [] }]) => {
    const fields = Object.entries(properties).map(([key, { pattern, minLength, maxLength, format }]) => [
      key,
      { required: required.includes(key), pattern, minLength, maxLength, decimal: format === 'decimal' },
    ]);
    return `export const ${name} = ${JSON.stringify(Object.fromEntries(fields))} as const;\n`;
  });
writeFileSync(to('rules.gen.ts'), rules.join(''));

writeFileSync(
  to('events.gen.ts'),
  `export const EVENT_TYPES: readonly string[] = ${JSON.stringify(Object.keys(document.webhooks))};\n`,
);
