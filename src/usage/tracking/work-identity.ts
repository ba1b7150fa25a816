import type { service_tier } from '../../generated/prisma/enums.js';
import { contentHash, flatContentHash } from '../../platform/values/content-hash.js';
import { NO_TOKENS, POOLS } from '../../pricing/rating/work.js';
import { type Report, WORK_DEFAULTS } from './usage-report.js';

/** Sources of the built-in interfaces. Other reporters cannot use them, so they cannot take the names of their work. */
export const RESERVED_SOURCES: readonly string[] = ['user', 'api', 'gateway', 'litellm'];

/** The default service tier. */
const STANDARD: service_tier = 'standard';
const USUAL: Readonly<Record<string, unknown>> = { ...WORK_DEFAULTS, ...NO_TOKENS, tokens_used: 0 };

/** Fields that are derived from a usage object, which is hashed itself. */
const READ = new Set<string>(['tokens_used', 'quantity', 'unit', 'measures', 'unread_usage', ...POOLS]);

/**
 * The fields that describe the work, in the order in which they are hashed. The others are its user, its name, its tags,
 * and how it is charged.
 */
const STATED: readonly { name: string; of: (report: Report) => unknown }[] = [
  ...(['service', 'tokens_used', ...Object.keys(WORK_DEFAULTS)] as (keyof Report)[])
    .filter((name) => name !== 'tags')
    .map((name) => ({ name, of: (report: Report): unknown => report[name] })),
  ...POOLS.map((name) => ({ name, of: ({ tokens }: Report): unknown => tokens[name] })),
].sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * Returns the report with the digest of its content. Omitted fields and default values are equivalent. A usage object
 * is hashed as the caller sent it.
 */
export function identified(report: Report, usage?: object | null): Report {
  const stated: Record<string, unknown> = {};
  let isFlat = true;
  for (const { name, of } of STATED) {
    const value = of(report);
    if (isUsual(name, value) || (usage && READ.has(name))) continue;
    stated[name] = value;
    isFlat &&= typeof value !== 'object' || value instanceof Date;
  }
  const content_hash = usage || !isFlat ? contentHash({ ...stated, usage }) : flatContentHash(stated);
  return { ...report, content_hash };
}

function isUsual(name: string, value: unknown): boolean {
  if (value === USUAL[name]) return true;
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) return Object.keys(value).length === 0;
  return name === 'service_tier' && value === STANDARD;
}
