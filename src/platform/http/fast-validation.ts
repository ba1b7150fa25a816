import type { Type } from '@nestjs/common';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';

type Source = Record<string, unknown>;
type Check = (value: unknown, instance: object) => boolean;

interface Property {
  name: string;
  /** Whether its checks apply at all: @IsOptional, @ValidateIf. */
  conditions: Check[];
  checks: Check[];
  transforms: ((source: Source, value: unknown) => unknown)[];
  /** Holds another class, which only the full pipe walks into. */
  isNested: boolean;
}

const PLAIN_TO_CLASS = 0;
const plans = new WeakMap<Type, Map<string, Property>>();

/**
 * Runs the decorators of a class on a payload without the walk of class-transformer and class-validator, which costs
 * more than the checks themselves. Its rules are theirs: it is compiled from their metadata, once per class.
 * @returns the instance; null when anything is wrong or unusual: then the full pipe finds the words
 */
export function quickAccept(target: Type, payload: unknown): object | null {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null;
  const plan = planOf(target);
  const source = payload as Source;
  const instance = new target() as Source;
  for (const name of Object.keys(source)) {
    const property = plan.get(name);
    if (!property || (property.isNested && source[name] !== undefined)) return null;
    let value = source[name];
    for (const transform of property.transforms) value = transform(source, value);
    instance[name] = value;
  }
  for (const { name, conditions, checks } of plan.values()) {
    const value = instance[name];
    if (!conditions.every((applies) => applies(value, instance))) continue;
    if (!checks.every((check) => check(value, instance))) return null;
  }
  return instance;
}

/** The properties that a class has rules for; all others are unknown. */
export const knownProperties = (target: Type): ReadonlyMap<string, unknown> => planOf(target);

function planOf(target: Type): Map<string, Property> {
  const known = plans.get(target);
  if (known) return known;
  const plan = new Map<string, Property>();
  for (const metadata of getMetadataStorage().getTargetValidationMetadatas(target, '', false, false)) {
    const name = metadata.propertyName;
    const property = plan.get(name) ?? newProperty(target, name);
    plan.set(name, property);
    if (metadata.type === 'conditionalValidation') {
      const condition = metadata.constraints[0] as (instance: object, value: unknown) => boolean;
      property.conditions.push((value, instance) => condition(instance, value));
    } else if (metadata.type === 'customValidation') {
      property.checks.push(checkOf(metadata));
    } else if (metadata.type !== 'whitelist') property.isNested = true;
  }
  plans.set(target, plan);
  return plan;
}

function newProperty(target: Type, name: string): Property {
  const type = defaultMetadataStorage.findTypeMetadata(target, name)?.typeFunction();
  const transforms = defaultMetadataStorage.findTransformMetadatas(target, name, PLAIN_TO_CLASS).map(
    ({ transformFn }) =>
      (obj: Source, value: unknown): unknown =>
        transformFn({ value, key: name, obj, type: PLAIN_TO_CLASS, options: {} }),
  );
  // Boolean is what @IsMetadata says to have its document left alone
  return { name, conditions: [], checks: [], transforms, isNested: type !== undefined && type !== Boolean };
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

function checkOf(metadata: Metadata): Check {
  const { propertyName: property, constraints, each, target } = metadata;
  const validators = getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map((constraint) => constraint.instance);
  const args = (value: unknown, object: object) => {
    return { value, object, property, constraints, targetName: typeof target === 'string' ? target : target.name };
  };
  // a validator that answers later is for the full pipe: a promise is not `true`
  const check: Check = (value, object) =>
    validators.every((validator) => validator.validate(value, args(value, object)) === true);
  if (!each) return check;
  return (value, object) => Array.isArray(value) && value.every((item) => check(item, object));
}
