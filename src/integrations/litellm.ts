import { amount, AMOUNT_LIMIT } from '../platform/amount.js';
import { InvalidInput } from '../platform/errors.js';
import { checkPayload } from '../platform/http/validation.js';
import { instant } from '../platform/wire-decorators.js';
import { shifted } from '../pricing/decimal.js';
import { members } from '../pricing/usage/leaves.js';
import { type Report, reportOf } from '../usage/report.js';
import { UserId } from '../usage/track.dto.js';
import { litellmUsage } from './litellm-usage.js';

type Members = Record<string, unknown>;

const SERVICE = 'litellm';
const TEXT_MAX = 255;
const TAGS_MAX = 20;
/** Seconds since 1970 stay below this for some thousand years; milliseconds are above. */
const SECONDS_MAX = 1e11;

/**
 * The report behind a StandardLoggingPayload of LiteLLM. Finished work is settled; failed work that cost nothing is
 * recorded and not charged. Prompts, answers, keys and error texts are never taken over.
 * @throws InvalidInput when it lacks an id or a user, or is too old
 */
export async function litellmReport(payload: unknown): Promise<Report> {
  const log = members(payload);
  const metadata = members(log['metadata']);
  const request_id = text(log['id']);
  if (request_id === null) throw new InvalidInput([{ field: 'id', message: 'must be a text' }]);
  const { user_id } = await checkPayload(UserId, { user_id: userOf(log, metadata) });
  const succeeded = log['status'] !== 'failure';
  const cost = costOf(log);
  const isOwed = succeeded || (cost !== null && cost !== '0.000000');
  const { provider_cost, ...counted } = litellmUsage(log, metadata);
  const work = {
    ...{ service: SERVICE, request_id, succeeded, ...counted, metadata: particulars(log, metadata) },
    model: text(log['model']),
    cost,
    provider_cost: cost === null ? provider_cost : null,
    billable: isOwed,
    settle: isOwed,
    session_id: text(log['trace_id']),
    duration_seconds: durationOf(log),
  };
  const now = new Date();
  return reportOf({ ...work, occurred_at: endOf(log, now) }, { user_id, source: SERVICE }, now);
}

/** The id of a payload, for the answer. */
export const litellmId = (payload: unknown): string | undefined => text(members(payload)['id']) ?? undefined;

function userOf(log: Members, metadata: Members): string {
  const names = [log['end_user'], metadata['user_api_key_end_user_id'], metadata['user_api_key_user_id']];
  const user = names.find((name) => typeof name === 'string' && name !== '');
  if (user !== undefined) return user as string;
  const message = 'must name a user, or the key that was used must belong to one (metadata.user_api_key_user_id)';
  throw new InvalidInput([{ field: 'end_user', message }]);
}

/**
 * What LiteLLM says the work cost. Zero means that it does not know the price, and then ours decides; only what came out
 * of LiteLLM's own cache did cost nothing.
 */
function costOf(log: Members): string | null {
  const given = log['response_cost'] ?? log['cost'];
  if (typeof given !== 'number' && typeof given !== 'string') return null;
  const cost = shifted(String(given), 0);
  if (cost === null) return null;
  if (cost >= AMOUNT_LIMIT) throw new InvalidInput([{ field: 'response_cost', message: 'is beyond every price' }]);
  const isCached = ['true', 'True', true].includes(log['cache_hit'] as string | boolean);
  return cost > 0n || isCached ? amount(cost) : null;
}

/** When the work ended. A clock that runs ahead must not lose finished work: it counts as of now. */
function endOf(log: Members, now: Date): Date | null {
  const end = instantOf(log['endTime']) ?? instantOf(log['startTime']);
  return end && end <= now ? end : null;
}

function durationOf(log: Members): string | null {
  const [start, end] = [instantOf(log['startTime']), instantOf(log['endTime'])];
  const seconds = log['response_time'] ?? (start && end ? (end.getTime() - start.getTime()) / 1000 : null);
  const exact = typeof seconds === 'number' ? shifted(String(seconds), 0) : null;
  return exact === null || exact >= AMOUNT_LIMIT ? null : amount(exact);
}

/** Float seconds, or ISO 8601 as Python writes it: without an offset it is UTC. */
function instantOf(value: unknown): Date | null {
  if (typeof value === 'number' && value > 0) return new Date(value < SECONDS_MAX ? value * 1000 : value);
  if (typeof value !== 'string') return null;
  const iso = value.replace(' ', 'T');
  return instant(iso) ?? instant(`${iso}Z`);
}

/** What is kept of a log besides the work itself. */
function particulars(log: Members, metadata: Members): Record<string, unknown> {
  const error = members(log['error_information']);
  const tags = Array.isArray(log['request_tags'])
    ? log['request_tags'].slice(0, TAGS_MAX).flatMap((tag) => text(tag) ?? [])
    : [];
  const kept = {
    call_type: text(log['call_type']),
    provider: text(log['custom_llm_provider']),
    model_group: text(log['model_group']),
    team_id: text(metadata['user_api_key_team_id']),
    key_alias: text(metadata['user_api_key_alias']),
    error_class: text(error['error_class']),
    error_code: text(error['error_code']),
    tags: tags.length > 0 ? tags : null,
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== null));
}

/** A text that can be stored, cut to what a name may have; null for anything else. */
function text(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const storable = value.toWellFormed().replaceAll('\0', '');
  return storable === '' ? null : [...storable].slice(0, TEXT_MAX).join('');
}
