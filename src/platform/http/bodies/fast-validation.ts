import type { Type } from '@nestjs/common';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';

type Source = Record<string, unknown>;
type Check = (value: unknown, instance: object) => boolean;
type Condition = (instance: object, value: unknown) => boolean;

interface Property {
  name: string;
  /** Conditions under which its checks apply: @IsOptional, @ValidateIf. */
  conditions: Condition[];
  checks: Check[];
  transforms: ((source: Source, value: unknown) => unknown)[];
  /** Class of its value, if that is an object with rules of its own. */
  nested: Type | null;
  /** Only the full pipe validates it. */
  isUnusual: boolean;
}

/** The rules of a class. */
interface Plan {
  properties: ReadonlyMap<string, Property>;
  /** Properties that are checked even if the payload does not have them. */
  demanded: readonly Property[];
  /** Creates an instance with the default values. The constructors of mapped classes take longer than all checks. */
  create: () => Source;
}

const PLAIN_TO_CLASS = 0;
const plans = new WeakMap<Type, Plan>();

/**
 * Validates a payload without the traversal of class-transformer and class-validator, which costs more than the checks.
 * The rules are the same: they are compiled from the metadata of the decorators, once per class.
 * @returns the instance; null if anything is invalid or unusual, so that the full pipe validates and words the errors
 */
export function fastValidate(target: Type, payload: unknown): object | null {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null;
  const { properties, demanded, create } = planOf(target);
  const source = payload as Source;
  const instance = create();
  for (const name of Object.keys(source)) {
    const property = properties.get(name);
    if (!property || !transfer(property, source, instance)) return null;
  }
  // only now, because a condition can depend on other members
  for (const name of Object.keys(source)) if (!isValid(properties.get(name) as Property, instance)) return null;
  for (const property of demanded) {
    if (!Object.hasOwn(source, property.name) && !isValid(property, instance)) return null;
  }
  return instance;
}

/** Sets a property of the instance from the payload. @returns whether its value is usual */
function transfer({ name, nested, isUnusual, transforms }: Property, source: Source, instance: Source): boolean {
  let value = source[name];
  if (value !== undefined && (nested || isUnusual)) {
    value = nested && !isUnusual ? fastValidate(nested, value) : null;
    if (value === null) return false;
  }
  for (const transform of transforms) value = transform(source, value);
  instance[name] = value;
  return true;
}

function isValid({ name, conditions, checks }: Property, instance: Source): boolean {
  const value = instance[name];
  for (const applies of conditions) if (!applies(instance, value)) return true;
  for (const check of checks) if (!check(value, instance)) return false;
  return true;
}

/** Returns the properties that a class has rules for; all others are unknown. */
export const knownProperties = (target: Type): ReadonlyMap<string, unknown> => planOf(target).properties;

function planOf(target: Type): Plan {
  const known = plans.get(target);
  if (known) return known;
  const properties = propertiesOf(target);
  const demanded = [...properties.values()].filter((property) => !property.conditions.some(skipsAbsent(property.name)));
  const plan = { properties, demanded, create: creatorOf(target) };
  plans.set(target, plan);
  return plan;
}

/**
 * Returns whether a condition exempts an absent member, whatever the other members are: it is called with an instance
 * that throws when it is asked for another member.
 */
const skipsAbsent =
  (name: string) =>
  (condition: Condition): boolean => {
    const get = (_target: object, member: string | symbol): undefined => {
      if (member !== name) throw new Error('the condition depends on another member');
    };
    try {
      return !condition(new Proxy({}, { get }), undefined);
    } catch {
      return false; // it cannot be decided without the payload
    }
  };

/** Classes whose defaults are objects are constructed each time, because instances must not share these. */
function creatorOf(target: Type): Plan['create'] {
  const defaults = Object.entries(new target() as Source);
  if (defaults.some(([, value]) => typeof value === 'object' && value !== null)) return () => new target() as Source;
  const Instance = function () {
    // has only the prototype
  } as unknown as new () => Source;
  Instance.prototype = target.prototype as object;
  return () => {
    const instance = new Instance();
    for (const [name, value] of defaults) instance[name] = value;
    return instance;
  };
}

function propertiesOf(target: Type): Map<string, Property> {
  const properties = new Map<string, Property>();
  for (const metadata of getMetadataStorage().getTargetValidationMetadatas(target, '', false, false)) {
    const name = metadata.propertyName;
    const property = properties.get(name) ?? newProperty(target, name);
    properties.set(name, property);
    if (metadata.type === 'conditionalValidation') {
      property.conditions.push(metadata.constraints[0] as Condition);
    } else if (metadata.type === 'customValidation') {
      property.checks.push(checkOf(metadata));
    } else if (metadata.type === 'nestedValidation' && !metadata.each) {
      property.isUnusual = property.nested === null;
    } else if (metadata.type !== 'whitelist') property.isUnusual = true;
  }
  return properties;
}

function newProperty(target: Type, name: string): Property {
  const type = defaultMetadataStorage.findTypeMetadata(target, name)?.typeFunction();
  const transforms = defaultMetadataStorage.findTransformMetadatas(target, name, PLAIN_TO_CLASS).map(
    ({ transformFn }) =>
      (obj: Source, value: unknown): unknown =>
        transformFn({ value, key: name, obj, type: PLAIN_TO_CLASS, options: {} }),
  );
  // @IsMetadata uses Boolean to leave its document untouched
  const nested = type === undefined || type === Boolean ? null : (type as Type);
  // unless the metadata says that its rules are to be checked, too
  return { name, conditions: [], checks: [], transforms, nested, isUnusual: nested !== null };
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
