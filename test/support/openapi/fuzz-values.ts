import type { Schema } from './openapi-answers.js';

/** Returns a random integer from 0 to one less than `sides`. */
export type Random = (sides: number) => number;
/** Finds the schema behind a reference. */
export type Resolve = (schema: Schema) => Schema;

export const oneOf = <T>(random: Random, choices: readonly T[]): T => choices[random(choices.length)] as T;
export const chance = (random: Random, percent: number): boolean => random(100) < percent;

const DEEP = 300;
const AMOUNTS = ['0.01', '1', '2.5', '0.0000000001', '3.141592', '1000', '5.000000', 1, 0.5];
const TIMES = ['2026-11-01T00:00:00Z', '2026-11-29', '2027-01-31T23:59:59.999+02:00', '2026-11-29T08:00:00'];
const WORDS = ['starter', 'tts', 'openai/gpt-4o-mini', 'Goodwill', 'credits-50', 'x', 'Ärger 中文 😀', 'a b', '+1'];
const MAX_DEPTH = 6;

/** A value that fits a schema, or nearly: rules that no schema tells may refuse it. */
export function fitting(given: Schema, random: Random, resolve: Resolve, depth = 0): unknown {
  const schema = resolve(given);
  const { example, enum: choices, default: standard } = schema;
  if (example !== undefined && chance(random, 50)) return example;
  if (standard !== undefined && chance(random, 20)) return standard;
  if (Array.isArray(choices)) return oneOf(random, choices as unknown[]);
  const variants = (schema['oneOf'] ?? schema['anyOf']) as Schema[] | undefined;
  if (variants) return fitting(oneOf(random, variants), random, resolve, depth);
  const type = Array.isArray(schema.type) ? oneOf(random, schema.type) : schema.type;
  if (type === 'object' || schema['properties']) return objectOf(schema, random, resolve, depth);
  if (type === 'array') return arrayOf(schema, random, resolve, depth);
  return scalarOf(type, schema, random);
}

function objectOf(schema: Schema, random: Random, resolve: Resolve, depth: number): Record<string, unknown> {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, Schema>; required?: string[] };
  const members = Object.entries(properties).filter(
    ([name]) => required.includes(name) || (depth < MAX_DEPTH && chance(random, 35)),
  );
  return Object.fromEntries(members.map(([name, member]) => [name, fitting(member, random, resolve, depth + 1)]));
}

function arrayOf(schema: Schema, random: Random, resolve: Resolve, depth: number): unknown[] {
  const { items = {} } = schema as { items?: Schema };
  return Array.from({ length: random(4) }, () => fitting(items, random, resolve, depth + 1));
}

function scalarOf(type: string | undefined, schema: Schema, random: Random): unknown {
  const { minimum = 0, maximum = 1000, format } = schema as { minimum?: number; maximum?: number; format?: string };
  if (type === 'boolean') return chance(random, 50);
  if (type === 'null') return null;
  if (type === 'integer') return minimum + random(Math.max(1, Math.min(maximum - minimum, 1000) + 1));
  if (type === 'number') return minimum + random(1000) / 8;
  if (format === 'decimal') return oneOf(random, AMOUNTS);
  if (format === 'date-time' || format === 'date') return oneOf(random, TIMES);
  if (format === 'uuid') return `0198c0de-0000-7000-8000-${String(random(1_000_000)).padStart(12, '0')}`;
  return oneOf(random, WORDS);
}

/** Values that nobody should send, and that somebody will. */
const HOSTILE: readonly (() => unknown)[] = [
  ...[null, true, false, 0, -1, -0, 1.5, 1e308, 5e-324, 2 ** 53, 2 ** 63, -2_147_483_649].map(always),
  ...['', ' ', '\u0000', 'a\u0000b', '\ud800', 'x\udfff', '\u202e\u200b', '\ufeff', 'é', 'ß'.repeat(300)].map(always),
  ...['NaN', 'Infinity', '1e400', '-0', '0x10', '1_000', '٣', '½', '1,5', '99999999999999999999.9999999999'].map(
    always,
  ),
  ...['2026-02-30', '0000-00-00T00:00:00Z', '+275760-09-13T00:00:00.001Z', '2026-11-29T24:61:00Z', '-1'].map(always),
  ...["'; DROP TABLE user_credits; --", '../../etc/passwd', '%00', '${jndi:ldap://x}', '=1+2', '\r\nX-A: b'].map(
    always,
  ),
  () => 'x'.repeat(70_000),
  () => '9'.repeat(400),
  () => [],
  () => ({}),
  () => [null],
  () => ({ $ne: null, __proto__: 1, constructor: { prototype: 1 } }),
  () => JSON.parse('{"__proto__":{"is_admin":true},"toString":1}') as unknown,
  () => Array.from({ length: 1_200 }, () => 'x'),
  () => JSON.parse('['.repeat(DEEP) + ']'.repeat(DEEP)) as unknown,
];

export const hostile = (random: Random): unknown => oneOf(random, HOSTILE)();

function always<T>(value: T): () => T {
  return () => value;
}

/** The value with one thing wrong in it: a member lost, one too many, or something else in its place. */
export function spoiled(value: unknown, random: Random): unknown {
  if (Array.isArray(value) && value.length > 0 && chance(random, 80)) {
    const at = random(value.length);
    return value.map((item, index) => (index === at ? spoiled(item, random) : (item as unknown)));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return hostile(random);
  const names = Object.keys(value);
  const name = names.length === 0 ? 'unknown' : oneOf(random, names);
  const members = value as Record<string, unknown>;
  switch (random(4)) {
    case 0:
      return Object.fromEntries(Object.entries(members).filter(([other]) => other !== name));
    case 1:
      return {
        ...members,
        [oneOf(random, ['unknown', '', 'x'.repeat(2_000), 'constructor', '\u0000'])]: hostile(random),
      };
    default:
      return { ...members, [name]: chance(random, 60) ? hostile(random) : spoiled(members[name], random) };
  }
}

const BROKEN = [
  '',
  ' ',
  '{',
  '[]]',
  '{"a":1,}',
  'null',
  '"text"',
  '42',
  '\u0000',
  '{"a":1}{"b":2}',
  '[1e999]',
  '\ufeff{}',
];

/** Text that is no JSON, or JSON that no route expects. */
export function brokenText(random: Random): string {
  if (chance(random, 70)) return oneOf(random, BROKEN);
  const depth = 5_000 * (1 + random(4));
  return chance(random, 50) ? '['.repeat(depth) : `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
}
