import type { OpenAPIObject } from '@nestjs/swagger';
import type { Operation } from './openapi-examples.js';
import { anthropicError } from '../problems/anthropic-error.js';
import { ERRORS_EXTENSION, openAiError } from '../problems/openai-error.js';
import { headersDoc } from './openapi-models.js';
import { rolesOf } from './openapi-operations.js';
import type { ProblemExample } from './problem-example.js';
import { PROBLEM_EXAMPLES } from './problem-examples.js';
import { type Problem, problemDocument } from '../problems/problem.js';

type Response = Exclude<NonNullable<Operation['responses'][string]>, { $ref: string }>;
type Examples = NonNullable<NonNullable<OpenAPIObject['components']>['examples']>;

const REQUEST_ID = '0b1f6c9e-52f4-4f0a-9b0e-6a3f0f5f4d11';
const UNKNOWN: ProblemExample = { detail: '' };
const ANY_PATH = '/api/v1/credits/deduct';

/** Statuses and codes that every operation can return. */
const ANYWHERE: Record<string, readonly string[]> = {
  429: ['rate_limited'],
  500: ['internal_error'],
  503: ['database_unavailable', 'not_ready', 'overloaded'],
};
const WITH_CREDENTIALS = { 503: ['identity_provider_unavailable'] };
const WITH_PATH_PARAMETER = { 400: ['malformed_url'], 414: ['uri_too_long'] };
/** Every request except GET can have a body, even if the route does not read it. */
const WITH_BODY = {
  400: ['malformed_json', 'malformed_body'],
  413: ['payload_too_large'],
  415: ['unsupported_media_type'],
  422: ['amount_too_large', 'invalid_text'],
  429: ['too_much_in_flight'],
};

/** An error format: RFC 9457, or that of a provider. */
interface Dialect {
  name: string;
  media: string;
  schema: string;
  tell: (problem: Problem, instance: string) => object;
}
const RFC9457: Dialect = {
  name: 'problem',
  media: 'application/problem+json',
  schema: 'ProblemDetails',
  tell: (problem, instance) => problemDocument(problem, instance, REQUEST_ID),
};
const OF_PROVIDERS: Record<string, Dialect> = {
  openai: {
    name: 'openai',
    media: 'application/json',
    schema: 'OpenAiError',
    tell: (problem) => openAiError(problem, REQUEST_ID),
  },
  anthropic: {
    name: 'anthropic',
    media: 'application/json',
    schema: 'AnthropicError',
    tell: (problem) => anthropicError(problem, REQUEST_ID),
  },
};

/** Documents every error of an operation: one response per status, with an example for each code. */
export function describeProblems(operation: Operation, method: string, path: string, examples: Examples): void {
  const marked = operation as Operation & { [ERRORS_EXTENSION]?: string };
  const dialect = OF_PROVIDERS[marked[ERRORS_EXTENSION] ?? ''] ?? RFC9457;
  const codes = new Map<string, Set<string>>();
  const all = Object.entries(operation.responses);
  for (const [status, response] of all.filter(isRefusal)) {
    const { description } = response as Response;
    add(codes, { [status]: [...description.matchAll(/`(\w+)`/g)].map(([, code = '']) => code) });
  }
  operation.responses = Object.fromEntries(all.filter((entry) => !isRefusal(entry)));
  Reflect.deleteProperty(marked, ERRORS_EXTENSION);
  add(codes, { 422: ['invalid_request'] }); // for unknown parameters
  if (path.startsWith('/api/')) {
    add(codes, ANYWHERE);
    if (rolesOf(operation) !== null) add(codes, WITH_CREDENTIALS);
    if (path.includes('{')) add(codes, WITH_PATH_PARAMETER);
  }
  if (method !== 'get') add(codes, WITH_BODY);
  for (const status of [...codes.keys()].sort()) {
    operation.responses[status] = refusal(status, [...(codes.get(status) ?? [])], dialect, examples);
  }
}

const isRefusal = ([status]: [string, unknown]): boolean => /^[45]/.test(status);

function add(codes: Map<string, Set<string>>, more: Record<string, readonly string[]>): void {
  for (const [status, names] of Object.entries(more)) {
    const known = codes.get(status) ?? new Set();
    names.forEach((name) => known.add(name));
    codes.set(status, known);
  }
}

function refusal(status: string, codes: readonly string[], dialect: Dialect, examples: Examples): Response {
  const { media, schema } = dialect;
  const shown = codes.map((code) => {
    const name = [dialect.name, status, code].join('_');
    examples[name] ??= { value: exampleOf(status, code, dialect) };
    return [code, { $ref: `#/components/examples/${name}` }];
  });
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: headersDoc('X-Request-Id', ...headersOf(status, codes, dialect)),
    content: {
      [media]: {
        schema: { $ref: `#/components/schemas/${schema}` },
        examples: Object.fromEntries(shown) as Examples,
      },
    },
  };
}

function exampleOf(range: string, code: string, { tell }: Dialect): object {
  const { detail, instance = ANY_PATH, ...extra } = PROBLEM_EXAMPLES[code] ?? UNKNOWN;
  const status = Number(range.replace('XX', '24')); // a range is for statuses passed on from a provider
  return tell({ status, code, detail, extra, is_fault: false }, instance);
}

function headersOf(status: string, codes: readonly string[], dialect: Dialect): Parameters<typeof headersDoc> {
  const names: Parameters<typeof headersDoc> = [];
  if (status === '401') names.push('WWW-Authenticate');
  if (codes.some((code) => PROBLEM_EXAMPLES[code]?.['retry_after_s'] !== undefined)) names.push('Retry-After');
  if (status === '429') names.push('RateLimit', 'RateLimit-Policy');
  if (dialect !== RFC9457) names.push('X-Should-Retry');
  return names;
}

/**
 * Checks that every documented code has an example, and that every example belongs to a documented code.
 * @throws TypeError
 */
export function checkExamples(examples: Examples): void {
  const shown = new Set(Object.keys(examples).map((name) => name.replace(/^\w+?_\w{3}_/, '')));
  const idle = Object.keys(PROBLEM_EXAMPLES).filter((code) => !shown.has(code));
  if (idle.length > 0) throw new TypeError(`no operation documents ${idle.join(', ')} of problem-examples.ts`);
  const unknown = [...shown].filter((code) => PROBLEM_EXAMPLES[code] === undefined);
  if (unknown.length > 0) throw new TypeError(`problem-examples.ts shows no ${unknown.join(', ')}`);
}
