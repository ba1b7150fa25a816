import type { Type } from '@nestjs/common';
import { DECORATORS } from '@nestjs/swagger';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { type FieldError, FAULTS_MAX } from '../../errors.js';
import { copied } from '../../values/json-numbers.js';
import { knownProperties } from './fast-validation.js';

type Members = Record<string, unknown>;

/** The structure of a payload class, apart from the rules of its members. */
interface Shape {
  /** Optional members for which null means absent. */
  readonly omittable: ReadonlySet<string>;
  readonly nested: ReadonlyMap<string, Type>;
}

const shapes = new WeakMap<Type, Shape>();

/** Returns the payload without nulls that mean absent, or the payload itself if there are none. */
export function withoutNulls(target: Type, payload: unknown): unknown {
  if (!isMembers(payload)) return payload;
  const { omittable, nested } = shapeOf(target);
  const isLeftOut = (name: string): boolean => payload[name] === null && omittable.has(name);
  const names = Object.keys(payload);
  if (nested.size === 0 && !names.some(isLeftOut)) return payload;
  const kept = names.filter((name) => !isLeftOut(name));
  const members = kept.map((name) => {
    const type = nested.get(name);
    return [name, type ? each(payload[name], (item) => withoutNulls(type, item)) : payload[name]] as const;
  });
  return copied(payload, Object.fromEntries(members));
}

/** Returns the unknown members in the order of the payload: the first fifty, and their number. */
export function unknownFields(target: Type, payload: unknown): { faults: FieldError[]; count: number } {
  const found: { faults: FieldError[]; count: number } = { faults: [], count: 0 };
  collect(target, payload, '', found);
  return found;
}

function collect(target: Type, payload: unknown, path: string, found: { faults: FieldError[]; count: number }): void {
  if (!isMembers(payload)) return;
  const known = knownProperties(target);
  const { nested } = shapeOf(target);
  for (const name of Object.keys(payload)) {
    const place = path === '' ? name : `${path}.${name}`;
    const type = nested.get(name);
    const member = payload[name];
    if (!known.has(name)) {
      found.count += 1;
      if (found.faults.length < FAULTS_MAX) found.faults.push({ field: place, message: 'is not a known field' });
    } else if (type && Array.isArray(member)) {
      for (const [i, item] of member.entries()) collect(type, item, `${place}[${i}]`, found);
    } else if (type) collect(type, member, place, found);
  }
}

function shapeOf(target: Type): Shape {
  const known = shapes.get(target);
  if (known) return known;
  const names = [...knownProperties(target).keys()];
  const types = names.flatMap((name): [string, Type][] => {
    const type = defaultMetadataStorage.findTypeMetadata(target, name)?.typeFunction() as Type | undefined;
    // @IsMetadata uses Boolean to leave its document untouched
    return type === undefined || (type as unknown) === Boolean ? [] : [[name, type]];
  });
  const shape = { omittable: new Set(names.filter((name) => isOmittable(target, name))), nested: new Map(types) };
  shapes.set(target, shape);
  return shape;
}

function isOmittable(target: Type, name: string): boolean {
  const metadata = Reflect.getMetadata(DECORATORS.API_MODEL_PROPERTIES, target.prototype as object, name) as
    { required?: boolean; nullable?: boolean } | undefined;
  return metadata?.required === false && metadata.nullable !== true;
}

const each = (value: unknown, change: (item: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(change) : change(value);

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
