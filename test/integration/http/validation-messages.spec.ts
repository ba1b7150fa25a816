import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { InvalidInput } from '../../../src/platform/errors.js';
import { checkPayload } from '../../../src/platform/http/bodies/validation.js';
import { propertiesOf } from '../../../src/platform/http/view.js';

/** Values that break every rule in several ways. */
const WRONG = [
  null,
  true,
  7,
  -1,
  1.5,
  1e300,
  '',
  ' ',
  'x',
  'ü/ü',
  '\0',
  'x'.repeat(5000),
  '-1',
  '1e3',
  '2027-02-30',
  [],
  ['', 7],
  [[]],
  {},
  { a: 1 },
  Array.from({ length: 101 }, () => 'x'),
];
/** Programming terms, class names and regular expressions. */
const JARGON =
  /regular expression|nested property|integer|boolean|undefined|NaN|\bnull\b|object Object|(?!OpenRouter)\b[A-Z][a-z]+[A-Z]\w*|\/\^|\^|\$\/|\\[a-z]|\[a-z|\s$/;

let classes: Type<object>[];
beforeAll(async () => {
  await import('../../../src/app/app.module.js');
  await import('../../../src/cli/cli.module.js');
  const { validationMetadatas } = getMetadataStorage() as unknown as {
    validationMetadatas: Map<Type<object>, unknown>;
  };
  classes = [...validationMetadatas.keys()];
});

async function faultsOf(metatype: Type<object>, payload: unknown): Promise<string[]> {
  try {
    await checkPayload(metatype, payload);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return (error.extra.errors ?? []).map(({ field, message }) => `${field.replace(/\[\d+\]/, '[]')}: ${message}`);
  }
}

describe('the message about an invalid value', () => {
  it('is readable for every rule of every class', async () => {
    const messages = new Set<string>();
    for (const metatype of classes) {
      const everywhere = (value: unknown) =>
        Object.fromEntries([...propertiesOf(metatype), 'unknown'].map((p) => [p, value]));
      for (const payload of [null, 7, [], {}, ...WRONG.map(everywhere)]) {
        for (const fault of await faultsOf(metatype, payload)) messages.add(fault);
      }
    }
    expect([...messages].filter((fault) => JARGON.test(fault.replace('OpenRouter', '')))).toEqual([]);
    expect(messages.size).toBeGreaterThan(200);
  });
});
