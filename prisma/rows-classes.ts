import type { DMMF } from '@prisma/generator-helper';
import { parseDoc, type Doc } from './rows-docs.ts';

/** Generated code for a column: TypeScript type, OpenAPI options and validators, as source text. */
interface Shape {
  type: string;
  api: Record<string, string>;
  validators: string[];
}

const INT_MIN = '-2147483648';
const INT_MAX = '2147483647';
const VALIDATOR_NAMES = ['ArrayMaxSize', 'IsArray', 'IsBoolean', 'IsEnum', 'IsUUID', 'Matches', 'ValidateIf'];
const USER_ID_NAMES = ['IsUserId'];
const WIRE_NAMES = ['IsAmount', 'IsMetadata', 'IsText', 'IsTimestamp', 'IsWholeNumber'];

/** Generates src/generated/rows.ts: one class per model, with validators and OpenAPI schema. */
export function renderRows({ models, enums }: DMMF.Datamodel): string {
  const classes = models.map(renderClass).join('\n\n');
  const used = (names: string[]): string => names.filter((name) => classes.includes(`@${name}(`)).join(', ');
  return [
    '// Generated from prisma/schema.prisma by `npm run generate`. Do not edit.',
    `import { ApiProperty } from '@nestjs/swagger';`,
    `import { ${used(VALIDATOR_NAMES)} } from 'class-validator';`,
    `import { ${used(USER_ID_NAMES)} } from '../platform/values/user-id.js';`,
    `import { ${used(WIRE_NAMES)} } from '../platform/values/wire-decorators.js';`,
    `import { ${enums.map(({ name }) => name).join(', ')} } from './prisma/enums.js';`,
    '',
    classes,
    '',
    '/** Row class of each table. */',
    `export const ROWS = { ${models.map((m) => `${m.name}: ${rowClassName(m.name)}`).join(', ')} } as const;`,
    '',
    '/** Columns that are in no answer (`@private` in the schema). */',
    'export const PRIVATE_COLUMNS: Readonly<Record<keyof typeof ROWS, readonly string[]>> = {',
    ...models.map((m) => `${m.name}: [${privateColumns(m).map(literal).join(', ')}],`),
    '};',
    '',
  ].join('\n');
}

/**
 * Returns the class name: PascalCase with the last word in the singular, except for credits. `audit_logs` becomes
 * `AuditLogRow`.
 */
export function rowClassName(table: string): string {
  const words = table.split('_');
  const last = words.pop() ?? '';
  return [...words, last === 'credits' ? last : singular(last), 'row']
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.replace(/s$/, '');
}

const columns = (model: DMMF.Model): DMMF.Field[] => model.fields.filter((field) => field.kind !== 'object');
const docOf = (model: DMMF.Model, field: DMMF.Field): Doc =>
  parseDoc(`${model.name}.${field.name}`, field.documentation);
const privateColumns = (model: DMMF.Model): string[] =>
  columns(model)
    .filter((field) => docOf(model, field).isPrivate)
    .map(({ name }) => name);

function renderClass(model: DMMF.Model): string {
  const properties = columns(model).map((field) =>
    renderProperty(field, docOf(model, field), `${model.name}.${field.name}`),
  );
  return [
    comment(parseDoc(model.name, model.documentation).description),
    `export class ${rowClassName(model.name)} {`,
    properties.join('\n\n'),
    '}',
  ].join('\n');
}

function renderProperty(field: DMMF.Field, doc: Doc, where: string): string {
  const shape = shapeOf(field, doc, where);
  const nullable = !field.isRequired;
  const api = {
    description: literal(doc.form ? `${doc.description} Written as ${doc.form}.` : doc.description),
    ...shape.api,
    ...(nullable ? { nullable: 'true' } : {}),
    ...(doc.example === undefined ? {} : { example: exampleOf(field, doc.example, where) }),
  };
  return [
    comment(doc.description),
    `@ApiProperty({ ${Object.entries(api)
      .map(([key, value]) => `${key}: ${value}`)
      .join(', ')} })`,
    ...(nullable ? ['@ValidateIf((_row, value) => value !== null)'] : []),
    ...shape.validators.map((validator) => `@${validator}`),
    `${field.name}!: ${shape.type}${nullable ? ' | null' : ''};`,
  ].join('\n');
}

function shapeOf(field: DMMF.Field, doc: Doc, where: string): Shape {
  if (field.isList && field.type !== 'String') throw new Error(`${where}: lists of ${field.type} have no row type`);
  if (field.kind === 'enum') return enumShape(field.type);
  switch (field.type) {
    case 'String':
      return field.isList ? textListShape(field, doc) : textShape(field, doc);
    case 'Decimal':
      return amountShape(doc);
    case 'Int':
      return intShape(doc);
    case 'BigInt':
      return { type: 'number', api: { type: `'integer'`, format: `'int64'` }, validators: ['IsWholeNumber()'] };
    case 'Boolean':
      return { type: 'boolean', api: { type: `'boolean'` }, validators: ['IsBoolean()'] };
    case 'DateTime':
      return { type: 'Date', api: { type: `'string'`, format: `'date-time'` }, validators: ['IsTimestamp()'] };
    case 'Json':
      return jsonShape(doc, where);
    default:
      throw new Error(`${where}: ${field.type} has no row type (amounts are Decimal, counts are Int or BigInt)`);
  }
}

function enumShape(name: string): Shape {
  return { type: name, api: { enum: name, enumName: literal(name) }, validators: [`IsEnum(${name})`] };
}

function textShape(field: DMMF.Field, doc: Doc): Shape {
  if (field.nativeType?.[0] === 'Uuid') {
    return { type: 'string', api: { type: `'string'`, format: `'uuid'` }, validators: ['IsUUID()'] };
  }
  const length = field.nativeType?.[1][0];
  const fixed = field.nativeType?.[0] === 'Char';
  const bounds = [...(fixed ? [`min_length: ${length}`] : []), ...(length ? [`max_length: ${length}`] : [])];
  const api: Record<string, string> = { type: `'string'` };
  if (fixed && length) api['minLength'] = length;
  if (length) api['maxLength'] = length;
  if (doc.pattern) api['pattern'] = literal(doc.pattern);
  if (doc.isUser) return { type: 'string', api, validators: ['IsUserId()'] };
  const validators = [`IsText(${bounds.length ? `{ ${bounds.join(', ')} }` : ''})`];
  if (doc.pattern) {
    const message = literal(`$property must be ${doc.form}, for example ${doc.example}`);
    validators.push(`Matches(${String(new RegExp(doc.pattern))}, { message: ${message} })`);
  }
  return { type: 'string', api, validators };
}

/** A sparse list is null in a row while it is empty; answers contain `[]`. */
function textListShape(field: DMMF.Field, doc: Doc): Shape {
  const length = field.nativeType?.[1][0];
  const items = `{ type: 'string', minLength: 1${length ? `, maxLength: ${length}` : ''} }`;
  return {
    type: doc.isSparse ? 'string[] | null' : 'string[]',
    api: { type: `'array'`, items, ...(doc.max === undefined ? {} : { maxItems: doc.max }) },
    validators: [
      'IsArray()',
      ...(doc.max === undefined ? [] : [`ArrayMaxSize(${doc.max})`]),
      `IsText({ min_length: 1${length ? `, max_length: ${length}` : ''} }, { each: true })`,
    ],
  };
}

function amountShape(doc: Doc): Shape {
  const options = [
    ...(doc.positive ? ['positive: true'] : []),
    ...(doc.min === undefined ? [] : [`min: ${literal(doc.min)}`]),
    ...(doc.max === undefined ? [] : [`max: ${literal(doc.max)}`]),
  ];
  return {
    type: 'string',
    api: { type: `'string'`, format: `'decimal'` },
    validators: [`IsAmount(${options.length ? `{ ${options.join(', ')} }` : ''})`],
  };
}

function intShape(doc: Doc): Shape {
  const minimum = doc.min ?? (doc.positive ? '1' : INT_MIN);
  const maximum = doc.max ?? INT_MAX;
  return {
    type: 'number',
    api: { type: `'integer'`, minimum, maximum },
    validators: [`IsWholeNumber({ min: ${minimum}, max: ${maximum} })`],
  };
}

function jsonShape(doc: Doc, where: string): Shape {
  if (doc.json === 'array') {
    return { type: 'unknown[]', api: { type: `'array'`, items: '{}' }, validators: ['IsMetadata({ array: true })'] };
  }
  if (doc.json !== undefined) throw new Error(`${where}: @json ${doc.json} should be @json array`);
  return {
    type: 'Record<string, unknown>',
    api: { type: `'object'`, additionalProperties: 'true' },
    validators: ['IsMetadata()'],
  };
}

function exampleOf(field: DMMF.Field, example: string, where: string): string {
  if (field.kind === 'enum' || ['String', 'Decimal', 'DateTime'].includes(field.type)) {
    return field.isList ? `[${literal(example)}]` : literal(example);
  }
  try {
    return JSON.stringify(JSON.parse(example)); // number, boolean, JSON
  } catch {
    throw new Error(`${where}: @example ${example} is not a valid ${field.type}`);
  }
}

const literal = (text: string): string => JSON.stringify(text); // prettier normalises the quotes
const comment = (text: string): string => `/** ${text.replaceAll('*/', '* /')} */`;
