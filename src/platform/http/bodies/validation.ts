import { type ArgumentMetadata, type Type, ValidationPipe, type ValidationError } from '@nestjs/common';
import { FAULTS_MAX, InvalidInput, type FieldError, NotFound } from '../../errors.js';
import { fastValidate } from './fast-validation.js';
import { unknownFields, withoutNulls } from './payload-shape.js';

/** Messages that replace those of class-validator. */
const WORDS: Record<string, string> = {
  whitelistValidation: 'is not a known field',
  isObject: 'must be a JSON object',
  unknownValue: 'must be a JSON object',
  nestedValidation: 'must be a JSON object',
  isBoolean: 'must be true or false',
  isUuid: 'must be a UUID, for example 0198c0de-0000-7000-8000-000000000000',
};

/**
 * Validates bodies and queries against their classes; unknown keys are refused, not ignored. Valid payloads take the
 * fast path; class-validator checks all others and words the errors.
 */
export class PayloadPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new InvalidInput(fieldErrors(errors)),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype, type, data } = metadata;
    // PostgreSQL stores no NUL, so nothing has such a name; ids have pipes and messages of their own
    if (type === 'param' && data !== 'id' && typeof value === 'string' && value.includes('\0'))
      throw new NotFound('Resource');
    if (!metatype || (type !== 'body' && type !== 'query') || !this.toValidate(metadata)) {
      return (await super.transform(value, metadata)) as unknown;
    }
    const payload = withoutNulls(metatype, value);
    const accepted = fastValidate(metatype, payload);
    if (accepted) return accepted;
    // class-validator needs quadratic time to report them
    const { faults, count } = unknownFields(metatype, payload);
    if (count > FAULTS_MAX) throw new InvalidInput(faults, count);
    return (await super.transform(payload, metadata)) as unknown;
  }
}

/** Flattens class-validator's error tree to paths such as `records[3].amount`. */
export function fieldErrors(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const field = pathOf(parent, error.property);
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      field,
      message: WORDS[rule] ?? withoutSubject(message, error.property),
    }));
    return [...own, ...fieldErrors(error.children ?? [], field)];
  });
}

function pathOf(parent: string, property: string | undefined): string {
  if (property === undefined) return parent === '' ? 'body' : parent; // the payload itself is not an object
  if (/^\d+$/.test(property) && parent !== '') return `${parent}[${property}]`;
  return parent === '' ? property : `${parent}.${property}`;
}

/** Removes the property name from the start of a class-validator message; the path already contains it. */
function withoutSubject(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}

const pipe = new PayloadPipe();

/**
 * Validates one payload of many like a body, so that invalid ones can be reported individually.
 * @throws InvalidInput
 */
export async function checkPayload<T extends object>(metatype: Type<T>, payload: unknown): Promise<T> {
  return (await pipe.transform(payload, { type: 'body', metatype })) as T;
}

/** Validates many payloads separately; an invalid one yields its error. Valid payloads are checked synchronously. */
export async function checkEach<T extends object>(
  metatype: Type<T>,
  payloads: readonly unknown[],
): Promise<(T | Error)[]> {
  const checked: (T | Error | null)[] = payloads.map(
    (payload) => fastValidate(metatype, withoutNulls(metatype, payload)) as T | null,
  );
  for (const [i, payload] of payloads.entries()) {
    checked[i] ??= await checkPayload(metatype, payload).catch((error: unknown) => error as Error);
  }
  return checked as (T | Error)[];
}
