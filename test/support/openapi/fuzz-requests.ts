import type { InjectOptions } from 'fastify';
import { brokenText, chance, fitting, hostile, oneOf, type Resolve, type Random, spoiled } from './fuzz-values.js';
import type { Document, Operation, Parameter } from './openapi-answers.js';

export interface FuzzOperation {
  method: string;
  path: string;
  operation: Operation;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const TYPES = ['text/plain', 'application/xml', 'application/json; charset=latin1', 'multipart/form-data', 'x', ''];
const KEYS = ['fuzz-1', 'fuzz-2', ' ', 'x'.repeat(300), 'ü', '"', undefined];
const SEEN_MAX = 200;
/** Members of answers that name something which other calls can be about. */
const NAMES = /^(?:id|code|tier|package_code|event_id|user_id|model|\w+_id)$/;

export const operationsOf = ({ paths }: Document): FuzzOperation[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method: method.toUpperCase(), path, operation }] : [];
    }),
  );

/**
 * Makes requests of the operations of a document. Written here, for generators of JSON Schema make values that fit and
 * none that nearly do, and because calls have to be about things that earlier answers named.
 */
export class FuzzRequests {
  /** What answers named, by the member that named it; also by the collection that the path of the call is about. */
  private readonly seen = new Map<string, string[]>();

  constructor(
    private readonly random: Random,
    private readonly resolve: Resolve,
    private readonly users: readonly string[],
  ) {}

  /** A request of an operation: half of them fit the document, the others have one thing wrong or are hostile. */
  request({ method, path, operation }: FuzzOperation): InjectOptions {
    const { random } = this;
    const harm = oneOf(random, ['none', 'none', 'none', 'one', 'one', 'hostile'] as const);
    const parameters = operation.parameters ?? [];
    const harmed = harm === 'none' || parameters.length === 0 ? undefined : oneOf(random, parameters);
    const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
      encoded(this.named(name, path, harmed?.name === name)),
    );
    const query = parameters
      .filter((parameter) => parameter.in === 'query' && (parameter === harmed || this.isSent(parameter)))
      .map((parameter) => `${encoded(parameter.name)}=${encoded(this.value(parameter, parameter === harmed))}`);
    if (harm === 'hostile' && chance(random, 30))
      query.push(oneOf(random, ['x=1', 'user_id=a&user_id=b', '%zz', 'limit[]=1', '&&']));
    const body = this.body(operation, method, harm);
    return {
      method: method,
      url: [filled, ...(query.length > 0 ? [query.join('&')] : [])].join('?'),
      headers: { ...this.keyHeader(parameters), ...body.headers },
      ...(body.payload === undefined ? {} : { payload: body.payload }),
    };
  }

  /** Remembers what the answer to a call names. */
  learn(answer: unknown, path: string, depth = 0): void {
    if (typeof answer !== 'object' || answer === null || depth > 3) return;
    for (const [name, value] of Object.entries(answer).slice(0, 50)) {
      if (typeof value !== 'string') this.learn(value, path, depth + 1);
      else if (NAMES.test(name) && value !== '') {
        for (const key of [name, `${collection(path)} ${name}`]) {
          this.seen.set(key, [value, ...(this.seen.get(key) ?? [])].slice(0, SEEN_MAX));
        }
      }
    }
  }

  private named(name: string, path: string, isHarmed: boolean): unknown {
    if (isHarmed) return hostile(this.random);
    const own = this.seen.get(`${collection(path)} ${name}`) ?? [];
    if (own.length > 0 && chance(this.random, 70)) return oneOf(this.random, own);
    const known = [...(this.seen.get(name) ?? []), ...(name === 'id' ? this.users : [])];
    return known.length > 0 && chance(this.random, 90)
      ? oneOf(this.random, known)
      : '0198c0de-0000-7000-8000-000000000000';
  }

  private isSent({ required }: Parameter): boolean {
    return required === true || chance(this.random, 25);
  }

  private value({ name, schema = {}, example }: Parameter, isHarmed: boolean): unknown {
    if (isHarmed) return hostile(this.random);
    if (name === 'user_id') return oneOf(this.random, this.users);
    return example ?? fitting(schema, this.random, this.resolve);
  }

  private keyHeader(parameters: readonly Parameter[]): Record<string, string> {
    if (!parameters.some(({ name }) => name === 'Idempotency-Key') || chance(this.random, 70)) return {};
    const key = oneOf(this.random, KEYS);
    return key === undefined ? {} : { 'idempotency-key': key };
  }

  private body({ requestBody }: Operation, method: string, harm: 'none' | 'one' | 'hostile') {
    const { random } = this;
    if (!requestBody) {
      if (method === 'GET' || harm !== 'hostile') return { headers: {} };
      return {
        headers: { 'content-type': oneOf(random, ['application/json', ...TYPES]) },
        payload: brokenText(random),
      };
    }
    const [type, media] = oneOf(random, Object.entries(requestBody.content));
    const shown = [media.example, ...Object.values(media.examples ?? {}).map(({ value }) => value)];
    const fits = chance(random, 40)
      ? oneOf(
          random,
          shown.filter((value) => value !== undefined),
        )
      : undefined;
    const value = this.ownNames(fits ?? fitting(media.schema ?? {}, random, this.resolve));
    if (harm === 'none') return { headers: { 'content-type': type }, payload: text(value) };
    if (harm === 'one') return { headers: { 'content-type': type }, payload: text(spoiled(value, random)) };
    const headers = { 'content-type': chance(random, 40) ? oneOf(random, TYPES) : type };
    return { headers, payload: chance(random, 50) ? brokenText(random) : text(hostile(random)) };
  }

  /** The same body about accounts and things that there are. */
  private ownNames(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]: [string, unknown]) => {
        if (name === 'user_id') return [name, oneOf(this.random, this.users)];
        const known = this.seen.get(name);
        return [name, known && NAMES.test(name) && chance(this.random, 50) ? oneOf(this.random, known) : member];
      }),
    );
  }
}

/** The beginning of a path that its parameters follow: `/api/v1/budgets` of `/api/v1/budgets/{id}/boost`. */
const collection = (path: string): string => path.split('/{', 1)[0] ?? path;

const text = (value: unknown): string => JSON.stringify(value);

/** Percent-encoded; what Unicode has no bytes for, as the bytes that careless programs write. */
function encoded(value: unknown): string {
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  const short = written.slice(0, 3_000);
  return short.isWellFormed() ? encodeURIComponent(short) : '%ED%A0%80';
}
