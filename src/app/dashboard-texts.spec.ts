import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createTranslator } from 'use-intl';
import { ADVICE_KINDS, CAVEATS } from '../advice/advice.js';
import { INSIGHT_KINDS } from '../analytics/insights/insight.js';
import { PROBLEM_EXAMPLES } from '../platform/http/openapi/problem-examples.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Not known to the compiler of the service: the texts belong to the dashboard. */
const GERMAN = path.join(ROOT, 'web/src/texts/de.ts');

type Sentences = Record<string, string>;
const { de } = (await import(GERMAN)) as {
  de: {
    problem: Sentences;
    insight: Record<string, Sentences>;
    recommendation: Record<string, Sentences>;
    caveat: Sentences;
  };
};

interface Operation {
  responses: Record<string, { content?: Record<string, { examples?: Record<string, unknown> }> }>;
}
const document = JSON.parse(readFileSync(path.join(ROOT, 'openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation> | undefined>;
};

/** The operations that the pages call. */
function operations(): Operation[] {
  const sources = globSync('web/src/**/*.{ts,tsx}', { cwd: ROOT }).map((file) =>
    readFileSync(path.join(ROOT, file), 'utf8'),
  );
  return sources
    .flatMap((source) => [...source.matchAll(/api\.(GET|POST|PUT|PATCH|DELETE)\(\s*'([^']+)'/g)])
    .map(([, method = '', route = '']) => document.paths[route]?.[method.toLowerCase()])
    .filter((operation) => operation !== undefined);
}

const fail = (error: Error): never => {
  throw error;
};

const codes = new Set(
  operations().flatMap(({ responses }) =>
    Object.values(responses).flatMap(({ content }) =>
      Object.keys(content?.['application/problem+json']?.examples ?? {}),
    ),
  ),
);

describe('the German texts', () => {
  it.each([...codes].sort())('say the problem %s, with the figures that it has', (code) => {
    const text = de.problem[code] ?? '';
    expect(text).not.toBe('');
    const say = createTranslator({ locale: 'de', messages: { text }, onError: fail });
    // a figure that the problem does not have is an error
    expect(say('text', PROBLEM_EXAMPLES[code] as never)).not.toBe('');
  });

  it('know no problem that there is none of', () => {
    expect(Object.keys(de.problem).filter((code) => !(code in PROBLEM_EXAMPLES))).toEqual([]);
  });

  it.each(INSIGHT_KINDS)('say the insight %s', (kind) => {
    expect(Object.keys(de.insight[kind] ?? {})).toEqual(['title', 'message', 'suggestion']);
  });

  it('say every recommendation, and what to check first', () => {
    expect(Object.keys(de.recommendation)).toEqual([...ADVICE_KINDS]);
    for (const sentences of Object.values(de.recommendation)) {
      expect(Object.keys(sentences)).toEqual(['title', 'message']);
    }
    expect(Object.keys(de.caveat)).toEqual(Object.keys(CAVEATS));
  });
});
