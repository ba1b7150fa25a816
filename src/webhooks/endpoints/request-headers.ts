import { InvalidInput } from '../../platform/errors.js';

/** Headers that are sent in addition, by name. */
export type RequestHeaders = Readonly<Record<string, string>>;

export const HEADERS_MAX = 20;
const NAME = /^[a-z0-9][a-z0-9-]{0,99}$/i;
const VALUE = /^[\x20-\x7e]{1,1000}$/;
/** Headers that the delivery itself sets, or that change how a request is read. */
const RESERVED =
  /^(webhook-.*|content-.*|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|user-agent|proxy-.*)$/i;

/**
 * Checks the additional headers of an endpoint.
 * @throws InvalidInput; it does not repeat values, which can be secret
 */
export function assertHeaders(headers: Readonly<Record<string, unknown>>): asserts headers is RequestHeaders {
  const entries = Object.entries(headers);
  const fault =
    entries.length > HEADERS_MAX
      ? `must have at most ${HEADERS_MAX} headers`
      : entries.map(([name, value]) => faultOf(name, value)).find((found) => found !== null);
  if (fault) throw new InvalidInput([{ field: 'headers', message: fault }]);
}

function faultOf(name: string, value: unknown): string | null {
  if (!NAME.test(name)) return 'must have names of letters, digits and hyphens';
  if (RESERVED.test(name)) return `must not contain ${name.toLowerCase()}, which is set for each delivery`;
  const isText = typeof value === 'string' && VALUE.test(value);
  return isText ? null : `must have a value of 1 to 1000 printable ASCII characters for ${name.toLowerCase()}`;
}
