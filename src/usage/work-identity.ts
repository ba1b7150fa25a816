import type { service_tier } from '../generated/prisma/enums.js';
import { contentHash } from '../platform/content-hash.js';
import { NO_TOKENS, POOLS } from '../pricing/work.js';
import { type Report, UNSAID } from './report.js';

/** Sources that the doors of the service give: what comes in by another one can't take the names of their work. */
export const RESERVED_SOURCES: readonly string[] = ['user', 'api', 'gateway', 'litellm'];

/** The service tier that is meant where none is said. */
const STANDARD: service_tier = 'standard';
const USUAL: Readonly<Record<string, unknown>> = { ...UNSAID, ...NO_TOKENS, tokens_used: 0 };

/** What a report says besides the work: whose it is, its name, and how it is charged. */
const APART = new Set(['user_id', 'source', 'request_id', 'content_hash', 'tokens', 'charge']);
/** What is read of a usage object: not what was said, but what we make of it. */
const READ = new Set(['tokens_used', 'quantity', 'unit', 'measures', 'unread_usage', ...POOLS]);

/**
 * The report with the digest of its content: what the caller said about the work, in whatever words. What is left out
 * and what says the usual are the same. A usage object counts as it was given.
 */
export function identified(report: Report, usage?: object | null): Report {
  const said = Object.entries({ ...report, ...report.tokens }).filter(([name, value]) => {
    return !APART.has(name) && !(usage && READ.has(name)) && !isUsual(name, value);
  });
  return { ...report, content_hash: contentHash({ ...Object.fromEntries(said), usage }) };
}

function isUsual(name: string, value: unknown): boolean {
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) return Object.keys(value).length === 0;
  return value === USUAL[name] || (name === 'service_tier' && value === STANDARD);
}
