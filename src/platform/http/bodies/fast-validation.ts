import type { Type } from '@nestjs/common';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';

type Source = Record<string, unknown>;
type Check = (value: unknown, instance: object) => boolean;

interface Property {
  name: string;
  /** Conditions under which its checks apply: @IsOptional, @ValidateIf. */
  conditions: Check[];
  checks: Check[];
  transforms: ((source: Source, value: unknown) => unknown)[];
  /** The property is another class, which only the full pipe validates. */
  isNested: boolean;
}

const PLAIN_TO_CLASS = 0;
const plans = new WeakMap<Type, Map<string, Property>>();

/**
 * Validates a payload without the traversal of class-transformer and class-validator, which costs more than the checks.
 * The rules are the same: they are compiled from the metadata of the decorators, once per class.
 * @returns the instance; null if anything is invalid or unusual, so that the full pipe validates and words the errors
 */
export function fastValidate(target: Type, payload: unknown): object | null {
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

/** Returns the properties that a class has rules for; all others are unknown. */
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
  // @IsMetadata uses Boolean to leave its document untouched
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
  // async validators fall back to the full pipe: a promise is not `true`
  const check: Check = (value, object) =>
    validators.every((validator) => validator.validate(value, args(value, object)) === true);
  if (!each) return check;
  return (value, object) => Array.isArray(value) && value.every((item) => check(item, object));
}
