import type { Type } from '@nestjs/common';
import { DECORATORS } from '@nestjs/swagger';
import type { CommandRunner } from 'nest-commander';
import { DomainError, type FieldError, InvalidInput } from '../errors.js';
import { PayloadPipe } from '../http/bodies/validation.js';
import { propertiesOf } from '../http/view.js';

type Commander = Parameters<CommandRunner['setCommand']>[0];

/** Option names for DTO fields whose option is not `--` plus the field name with dashes. */
export type Flags = Readonly<Record<string, string | null>>;

interface FieldMetadata {
  type?: unknown;
  isArray?: boolean;
  items?: { format?: string };
  format?: string;
  description?: string;
  required?: boolean;
  nullable?: boolean;
  enum?: unknown[];
  minimum?: number;
  example?: unknown;
  default?: string | number | boolean;
}

/**
 * Adds an option for every documented field of a DTO, with the description of the field. `flags` renames fields, or
 * omits them with null. The example in the help shows what is required, and the fields `shown`.
 */
export function addDtoOptions(
  command: Commander,
  dto: Type<object>,
  flags: Flags = {},
  shown: readonly string[] = [],
): void {
  for (const field of propertiesOf(dto)) {
    const flag = flagOf(field, flags);
    if (flag === null) continue;
    const metadata = metadataOf(dto, field);
    const option = command.createOption(`${flag} ${placeholder(metadata)}`, describe(metadata));
    if (isNeeded(metadata) || shown.includes(field))
      EXAMPLES.set(option, [flag, ...examplesOf(metadata).map(quoted)].join(' '));
    command.addOption(option);
  }
}

/**
 * Builds the DTO from the options and validates it like an HTTP body. `fixed` fields come from arguments.
 * @throws DomainError `invalid_request` naming every invalid option, with the same messages as HTTP
 */
export async function readDto<T extends object>(
  command: Commander,
  dto: Type<T>,
  flags: Flags,
  fixed: Record<string, unknown>,
): Promise<T> {
  const given: Record<string, unknown> = { ...fixed };
  for (const field of propertiesOf(dto)) {
    const flag = flagOf(field, flags);
    const text: unknown = flag === null ? undefined : command.getOptionValue(attributeOf(flag));
    if (text !== undefined) given[field] = text;
  }
  try {
    for (const [field, text] of Object.entries(given)) {
      if (!(field in fixed)) given[field] = parse(field, text as string | string[], metadataOf(dto, field));
    }
    return (await new PayloadPipe().transform(given, { type: 'body', metatype: dto })) as T;
  } catch (error) {
    throw error instanceof InvalidInput ? byOption(error, flags, given) : error;
  }
}

/** The same errors, naming options instead of fields. */
function byOption({ code, kind, extra }: InvalidInput, flags: Flags, given: Record<string, unknown>): DomainError {
  const faults = (extra.errors as FieldError[]).map(({ field, message }) => {
    const [, name = field, member = ''] = /^([^.[]+)(.*)$/.exec(field) ?? [];
    const option = flagOf(name, flags) ?? name;
    const isMissing = !(name in given);
    return { field, option, message: isMissing ? 'is required' : member === '' ? message : `${member} ${message}` };
  });
  const isOnce = (fault: (typeof faults)[number], i: number): boolean =>
    faults.findIndex(({ option, message }) => option === fault.option && message === fault.message) === i;
  const named = faults.filter(isOnce);
  const detail = named.map(({ option, message }) => `${option} ${message}`).join('; ');
  return new DomainError(kind, code, `${detail}.`, { errors: named });
}

/**
 * Validates an Idempotency-Key from the command line.
 * @throws DomainError `invalid_idempotency_key`, as in HTTP
 */
export function readKey(key: unknown): string | undefined {
  if (key === undefined || (typeof key === 'string' && /^[\x21-\x7E]{1,255}$/.test(key))) return key;
  throw new DomainError('malformed', 'invalid_idempotency_key', '--key must have 1 to 255 visible ASCII characters.');
}

function flagOf(field: string, flags: Flags): string | null {
  const given = flags[field];
  return given === undefined ? `--${field.replaceAll('_', '-')}` : given;
}

/** Returns commander's name for an option's value. */
const attributeOf = (flag: string): string =>
  flag.slice(2).replace(/-([a-z0-9])/g, (_dash, letter: string) => letter.toUpperCase());

function metadataOf(dto: Type<object>, field: string): FieldMetadata {
  return (Reflect.getMetadata(DECORATORS.API_MODEL_PROPERTIES, dto.prototype as object, field) ?? {}) as FieldMetadata;
}

function placeholder({ type, isArray, items, format, enum: values }: FieldMetadata): string {
  const dots = type === 'array' ? '...' : '';
  if (format === 'decimal' || items?.format === 'decimal') return `<decimal${dots}>`;
  if (format === 'date-time') return '<timestamp>';
  if (format === 'uuid') return '<id>';
  if (values) return `<${values.join('|')}>`;
  if (type === 'integer' || type === 'number') return '<number>';
  if (type === 'boolean') return '<true|false>';
  if (isJson({ type })) return isArray ? '<json...>' : '<json>';
  return `<text${dots}>`;
}

function describe({ description = '', required = true, nullable = false, default: preset }: FieldMetadata): string {
  const text = description.replace(/\.$/, '');
  const notes = [
    ...(isNeeded({ required, default: preset }) ? ['required'] : []),
    ...(nullable ? ['"null" for none'] : []),
    ...(preset === undefined || preset === false ? [] : [`default ${String(preset)}`]),
  ];
  return notes.length === 0 ? text : `${text} (${notes.join(', ')})`;
}

const isNeeded = ({ required = true, default: preset }: FieldMetadata): boolean => required && preset === undefined;

/** Options with example values, for the example in the help. */
const EXAMPLES = new WeakMap<object, string>();

/** Returns the options of a command's example with their values. */
export function exampleOptions(command: Commander): string[] {
  return command.options.map((option) => EXAMPLES.get(option)).filter((text) => text !== undefined);
}

/** Returns the example values of a field's documentation: one, or those of a list. */
function examplesOf({ example, enum: values, type, format, minimum = 10 }: FieldMetadata): string[] {
  const given = example ?? values?.[0];
  if (given !== undefined) return (Array.isArray(given) ? given : [given]).map(textOf);
  if (type === 'integer' || type === 'number') return [String(minimum)];
  return [format === 'date-time' ? '2026-01-31T00:00:00Z' : 'TEXT'];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const isJson = ({ type }: Pick<FieldMetadata, 'type'>): boolean =>
  type === 'object' || (typeof type === 'function' && type !== String);

/**
 * Converts text values to the JSON types of the fields. Unknown fields are left for the validation.
 * @throws InvalidInput for invalid JSON
 */
export function typedFields(dto: Type<object>, texts: Record<string, string>): Record<string, unknown> {
  const entries = Object.entries(texts).map(([field, text]) => [field, parse(field, text, metadataOf(dto, field))]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/** Converts text to the JSON type of a field. Text that does not fit is left for the validators. */
function parse(field: string, text: string | string[], metadata: FieldMetadata): unknown {
  if (typeof text !== 'string') return isJson(metadata) ? text.map((item) => jsonOf(field, item)) : text;
  if (metadata.nullable === true && text === 'null') return null;
  if (metadata.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (metadata.type === 'integer' || metadata.type === 'number') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  return isJson(metadata) ? jsonOf(field, text) : text;
}

function jsonOf(field: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InvalidInput([{ field, message: 'must be JSON, such as \'{"order":"A-17"}\'' }]);
  }
}
