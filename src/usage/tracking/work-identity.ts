import type { service_tier } from '../../generated/prisma/enums.js';
import { contentHash } from '../../platform/values/content-hash.js';
import { NO_TOKENS, POOLS } from '../../pricing/rating/work.js';
import { type Report, WORK_DEFAULTS } from './usage-report.js';

/** Sources of the built-in interfaces. Other reporters cannot use them, so they cannot take the names of their work. */
export const RESERVED_SOURCES: readonly string[] = ['user', 'api', 'gateway', 'litellm'];

/** The default service tier. */
const STANDARD: service_tier = 'standard';
const USUAL: Readonly<Record<string, unknown>> = { ...WORK_DEFAULTS, ...NO_TOKENS, tokens_used: 0 };

/** Fields that do not describe the work: its user, its name, its tags, and how it is charged. */
const APART = new Set(['user_id', 'source', 'request_id', 'content_hash', 'tokens', 'tags', 'charge']);
/** Fields that are derived from a usage object, which is hashed itself. */
const READ = new Set(['tokens_used', 'quantity', 'unit', 'measures', 'unread_usage', ...POOLS]);

/**
 * Returns the report with the digest of its content. Omitted fields and default values are equivalent. A usage object
 * is hashed as the caller sent it.
 */
export function identified(report: Report, usage?: object | null): Report {
  const stated = Object.entries({ ...report, ...report.tokens }).filter(([name, value]) => {
    return !APART.has(name) && !(usage && READ.has(name)) && !isUsual(name, value);
  });
  return { ...report, content_hash: contentHash({ ...Object.fromEntries(stated), usage }) };
}

function isUsual(name: string, value: unknown): boolean {
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) return Object.keys(value).length === 0;
  return value === USUAL[name] || (name === 'service_tier' && value === STANDARD);
}
