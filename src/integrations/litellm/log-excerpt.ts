import { contentHash } from '../../platform/values/content-hash.js';
import { truncatedName } from '../../platform/values/truncated-name.js';
import { members } from '../../pricing/usage/leaves.js';
import { litellmUsage } from './log-usage.js';

type Members = Record<string, unknown>;

/** The stored members of a StandardLoggingPayload. All other members are dropped before further processing. */
export interface LogExcerpt extends Members {
  metadata: Members;
  error_information: Members;
  usage: ReturnType<typeof litellmUsage>;
}

const NAMES = ['id', 'trace_id', 'model', 'model_group', 'custom_llm_provider', 'end_user', 'call_type', 'status'];
const NUMBERS = [
  'response_cost',
  'cost',
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'response_time',
  'startTime',
  'endTime',
  'cache_hit',
  'stream',
];
const METADATA = ['user_api_key_user_id', 'user_api_key_end_user_id', 'user_api_key_team_id', 'user_api_key_alias'];
const ERROR = ['error_class', 'error_code'];
/** Members that distinguish one piece of work from another, in the log, its metadata and its hidden parameters. */
const IDENTIFYING = [...NAMES, ...NUMBERS, ...METADATA, 'usage_object'];
const TAGS_MAX = 20;
const FIGURE_MAX_CHARACTERS = 64;

/**
 * Returns the members of a log that can be stored: names and numbers, without prompts, completions, keys, error
 * messages and parameters.
 */
export function excerptOf(log: Members): LogExcerpt {
  const metadata = members(log['metadata']);
  return {
    ...pick(log, NAMES, text),
    ...pick(log, NUMBERS, figure),
    ...tagsOf(log['request_tags']),
    metadata: pick(metadata, METADATA, text),
    error_information: pick(members(log['error_information']), ERROR, text),
    usage: litellmUsage(log, metadata),
  };
}

/**
 * Returns the digest of LiteLLM's description of the work. It does not depend on how the log is parsed, so a repeated
 * log is recognized even after the parser has changed.
 */
export function hashOf(log: Members): string {
  const [metadata, hidden] = [members(log['metadata']), members(log['hidden_params'])];
  const parts = [log, metadata, hidden].map((source) => pick(source, IDENTIFYING, (value) => value ?? null));
  return contentHash({ said: parts, usage: members(log['response'])['usage'] });
}

/**
 * Returns a string that can be stored, shortened with a digest of the whole if it is too long; null for other values.
 */
export function text(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const storable = value.toWellFormed().replaceAll('\0', '');
  return storable === '' ? null : truncatedName(storable);
}

function pick(from: Members, names: readonly string[], read: (value: unknown) => unknown): Members {
  const known = names.map((name) => [name, read(from[name])] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== null));
}

function figure(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const short = typeof value === 'string' && value.length <= FIGURE_MAX_CHARACTERS ? text(value) : null;
  return short ?? null;
}

function tagsOf(tags: unknown): Members {
  const texts = Array.isArray(tags) ? tags.slice(0, TAGS_MAX).flatMap((tag) => text(tag) ?? []) : [];
  return texts.length > 0 ? { request_tags: texts } : {};
}
