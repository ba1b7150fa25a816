import type { litellm_rejection } from '../../generated/prisma/enums.js';
import { amount, AMOUNT_LIMIT, type Units, units } from '../../platform/values/amount.js';
import { TAG_MAX_CHARACTERS, TAGS_MAX } from '../../platform/attribution.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { InvalidInput } from '../../platform/errors.js';
import { withSuffix } from '../../platform/values/truncated-name.js';
import type { LiteLlmConfig } from '../../platform/config/litellm-config.js';
import { instant } from '../../platform/values/wire-decorators.js';
import { shifted } from '../../pricing/rating/decimal.js';
import { LATE_MAX_DAYS, type Report, reportOf } from '../../usage/tracking/usage-report.js';
import { type LogExcerpt, text } from './log-excerpt.js';
import { namedIn } from './payer.js';

const SERVICE = 'litellm';
/** Timestamps below this are in seconds, those above in milliseconds. */
const SECONDS_MAX = 1e11;

/** The reason why a log cannot be booked without an admin. */
export class Unbookable extends InvalidInput {
  constructor(
    readonly reason: litellm_rejection,
    field: string,
    message: string,
  ) {
    super([{ field, message }]);
  }
}

/** How a log is interpreted. */
export interface Reading {
  config: LiteLlmConfig;
  /** Digest of the log. */
  hash: string;
  /** Whether an admin approved it. Then its age, its cost and malformed members do not prevent booking. */
  is_approved: boolean;
}

/**
 * Converts a log to a usage report for the account that pays. Finished work is settled. Failed work without cost is
 * recorded but not charged. The digest of the log is part of the request_id, because the caller of the model can choose
 * the log's id.
 * @throws Unbookable
 */
export function litellmReport(log: LogExcerpt, user_id: string, reading: Reading, now: Date): Report {
  const { hash, is_approved } = reading;
  const id = text(log['id']) ?? (is_approved ? SERVICE : null);
  if (id === null) throw new Unbookable('malformed', 'id', 'must be a string');
  const { provider_cost, ...counted } = log.usage;
  const cost = costOf(log, reading) ?? reportedByProvider(provider_cost, reading);
  const occurred_at = endOf(log, now);
  if (!is_approved) assertRecent(occurred_at, now);
  const succeeded = log['status'] !== 'failure';
  const isOwed = succeeded || (cost !== null && units(cost.amount) > 0n);
  const work = {
    service: SERVICE,
    succeeded,
    ...counted,
    metadata: metadataOf(log, user_id),
    tags: tagsOf(log['request_tags']),
    request_id: withSuffix(id, hash.replaceAll('-', '')),
    model: text(log['model']),
    cost: cost?.is_total ? cost.amount : null,
    provider_cost: cost?.is_total ? null : (cost?.amount ?? null),
    billable: isOwed,
    settle: isOwed,
    session_id: text(log['trace_id']),
    duration_seconds: durationOf(log),
    occurred_at,
  };
  return reportOf(work, { user_id, source: SERVICE }, now, is_approved ? 'approved' : 'live');
}

function assertRecent(occurred_at: Date | null, now: Date): void {
  if (!occurred_at || now.getTime() - occurred_at.getTime() <= LATE_MAX_DAYS * DAY_MS) return;
  throw new Unbookable('too_old', 'endTime', `must not be more than ${LATE_MAX_DAYS} days ago`);
}

/** The reported cost of the work, and whether it is the price that the user pays. */
interface Cost {
  amount: string;
  is_total: boolean;
}

/**
 * Returns the cost that LiteLLM reports. Zero means that LiteLLM does not know the price, so ours applies; only
 * responses from LiteLLM's own cache are free.
 */
function costOf(log: LogExcerpt, { config, is_approved }: Reading): Cost | null {
  const given = log['response_cost'] ?? log['cost'];
  if (typeof given !== 'number' && typeof given !== 'string') return null;
  if (!Number.isFinite(Number(given)) && !is_approved) {
    throw new Unbookable('malformed', 'response_cost', 'must be a number');
  }
  const cost = shifted(String(given), 0);
  if (cost === null) return null;
  assertPlausible(cost, { config, is_approved });
  if (cost > 0n) return { amount: amount(cost), is_total: config.cost === 'total' };
  const isCached = ['true', 'True', true].includes(log['cache_hit'] as string | boolean);
  return isCached ? { amount: amount(0n), is_total: true } : null;
}

/** Returns the cost in the provider's usage object, for logs without a cost from LiteLLM. */
function reportedByProvider(
  provider_cost: string | null,
  reading: Pick<Reading, 'config' | 'is_approved'>,
): Cost | null {
  if (provider_cost === null) return null;
  assertPlausible(units(provider_cost), reading);
  return { amount: provider_cost, is_total: false };
}

function assertPlausible(cost: Units, { config, is_approved }: Pick<Reading, 'config' | 'is_approved'>): void {
  if (cost > units(config.cost_max) && !is_approved) {
    const message = `exceeds ${config.cost_max}, the maximum cost booked without an admin (LITELLM_COST_MAX)`;
    throw new Unbookable('cost_too_high', 'response_cost', message);
  }
  if (cost >= AMOUNT_LIMIT)
    throw new Unbookable('cost_too_high', 'response_cost', 'exceeds the largest amount that can be booked');
}

/**
 * Returns when the work ended. A time in the future becomes null, which means now, so that a wrong clock loses no
 * finished work.
 */
function endOf(log: LogExcerpt, now: Date): Date | null {
  const end = instantOf(log['endTime']) ?? instantOf(log['startTime']);
  return end && end <= now ? end : null;
}

function durationOf(log: LogExcerpt): string | null {
  const [start, end] = [instantOf(log['startTime']), instantOf(log['endTime'])];
  const seconds = log['response_time'] ?? (start && end ? (end.getTime() - start.getTime()) / 1000 : null);
  const exact = typeof seconds === 'number' ? shifted(String(seconds), 0) : null;
  return exact === null || exact >= AMOUNT_LIMIT ? null : amount(exact);
}

/** Parses seconds as a float, or ISO 8601 as written by Python; without an offset it is UTC. */
function instantOf(value: unknown): Date | null {
  if (typeof value === 'number') {
    const date = new Date(value < SECONDS_MAX ? value * 1000 : value);
    return value > 0 && date.getTime() > 0 ? date : null;
  }
  if (typeof value !== 'string') return null;
  const iso = value.replace(' ', 'T');
  return instant(iso) ?? instant(`${iso}Z`);
}

/** Returns LiteLLM's tags as far as they can be stored as ours; all of them are in the metadata. */
function tagsOf(tags: unknown): string[] {
  const texts = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  return texts.filter((tag) => tag !== '' && [...tag].length <= TAG_MAX_CHARACTERS).slice(0, TAGS_MAX);
}

/** Returns the metadata to store with the work. */
function metadataOf(log: LogExcerpt, user_id: string): Record<string, unknown> {
  const { metadata, error_information: error } = log;
  const { end_user } = namedIn(log);
  const stored = {
    call_type: log['call_type'],
    provider: log['custom_llm_provider'],
    model_group: log['model_group'],
    end_user: end_user === user_id ? null : end_user,
    team_id: metadata['user_api_key_team_id'],
    key_alias: metadata['user_api_key_alias'],
    error_class: error['error_class'],
    error_code: error['error_code'],
    tags: log['request_tags'],
  };
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => value !== null && value !== undefined));
}
