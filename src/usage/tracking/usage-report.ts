import type { service_tier, usage_unit } from '../../generated/prisma/enums.js';
import type { NewEvent } from '../../metering/usage-event.js';
import { amount, amountOrNull, type Units, units } from '../../platform/values/amount.js';
import { type Attribution, storedTags } from '../../platform/attribution.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { type FieldError, InvalidInput } from '../../platform/errors.js';
import { truncatedName } from '../../platform/values/truncated-name.js';
import { quantitiesOf } from '../../pricing/rating/quantities.js';
import type { Rating } from '../../pricing/rating/rating.js';
import { asReported, COUNTED_FIELDS, readUsage } from '../../pricing/usage/usage.js';
import {
  NO_TOKENS,
  type Plan,
  POOLS,
  type TokenPools,
  TOKENS_MAX,
  tokensIn,
  type Work,
} from '../../pricing/rating/work.js';

/** How work is charged: `deduct` can be refused, `settle` is always booked, null only records. */
export type ChargeKind = 'deduct' | 'settle' | null;

/** A usage report about one piece of work, validated and complete. */
export interface Report {
  /** Account that pays, or whose usage is recorded. */
  user_id: string;
  /** Organization that the caller named to pay; undefined for none. */
  account?: string | undefined;
  /** Person who acts when an organization pays; undefined for nobody in particular. */
  member_id?: string | undefined;
  /** The reporting system; request ids are unique within it. */
  source: string;
  service: string;
  model: string | null;
  /** The pools never overlap: no token is counted twice. */
  tokens: TokenPools;
  /** Total tokens, including those of unknown kind. */
  tokens_used: number;
  quantity: string | null;
  unit: usage_unit | null;
  /** Further counts by unit, as decimal text. */
  measures: Record<string, unknown> | null;
  /** Null means standard. */
  service_tier: service_tier | null;
  /** Members of the provider's usage object that are not priced. */
  unread_usage: Record<string, unknown> | null;
  /** The total in credits, if the reporter states it. */
  cost: string | null;
  /** The provider's cost, if the reporter states it; the markup is added. */
  provider_cost: string | null;
  is_free: boolean;
  billable: boolean;
  succeeded: boolean;
  session_id: string | null;
  request_id: string | null;
  /** Digest of the report's content; null: any work with the same name is the same work. */
  content_hash: string | null;
  /** In seconds. */
  duration_seconds: string | null;
  /** Null means now. */
  occurred_at: Date | null;
  metadata: Record<string, unknown>;
  tags: string[] | null;
  charge: ChargeKind;
}

/** The work as reported, before defaults are filled in. */
export type ReportedWork = Partial<TokenPools> &
  Pick<Report, 'service'> & {
    [
      K in Exclude<
        keyof Report,
        'user_id' | 'source' | 'service' | 'tokens' | 'tokens_used' | 'charge' | 'content_hash' | 'member_id'
      >
    ]?: Report[K] | undefined;
  } & {
    tokens?: number | undefined;
    /** The provider's usage object, instead of counts. */
    usage?: Record<string, unknown> | undefined;
    charge?: boolean | undefined;
    settle?: boolean | undefined;
  };

/** Maximum age of live events: as long as their period and its invoice can still be open. */
export const LATE_MAX_DAYS = 34;
/** Tolerated clock skew of the reporter. */
export const EARLY_MAX_S = 300;

/**
 * The kind of a report: of current work, of older work approved by an admin, or of usage that an earlier system
 * charged.
 */
export type ReportKind = 'live' | 'approved' | 'history';

/** Earliest plausible time of work. */
const HISTORY_BEGINS = new Date('1970-01-01T00:00:00Z');

/**
 * Returns the complete report. Past usage (`history`) can be of any age and is only recorded, never charged; `approved`
 * work can also be of any age and is charged.
 * @throws InvalidInput when fields contradict each other, or the work is too old or in the future
 */
export function reportOf(
  given: ReportedWork,
  by: Pick<Report, 'user_id' | 'source'>,
  now: Date,
  kind: ReportKind = 'live',
): Report {
  const work = withUsage(given);
  const tokens = poolsOf(work);
  const counted = tokensIn(tokens);
  const faults = [...tokenFaults(work.tokens, counted), ...measureFaults(work), ...costFaults(work)];
  faults.push(...timeFaults(work, now, kind));
  if (faults.length > 0) throw new InvalidInput(faults);
  return {
    ...fieldsOf(work),
    user_id: by.user_id,
    account: work.account,
    source: by.source,
    request_id: typeof work.request_id === 'string' ? truncatedName(work.request_id) : null,
    content_hash: null,
    service: work.service,
    tokens,
    tokens_used: Math.max(work.tokens ?? 0, counted),
    charge: kind === 'history' ? null : work.settle ? 'settle' : work.charge ? 'deduct' : null,
  };
}

function poolsOf(work: ReportedWork): TokenPools {
  const tokens = { ...NO_TOKENS };
  for (const pool of POOLS) tokens[pool] = work[pool] ?? 0;
  return tokens;
}

/** Replaces the usage object by the counts it contains. Separate counts must not be given with it. */
function withUsage(given: ReportedWork): ReportedWork {
  if (!given.usage) return given;
  const { usage, ...work } = given;
  const both = COUNTED_FIELDS.filter((field) => (work[field] ?? null) !== null);
  if (both.length > 0) {
    const message = 'must not be given with usage, which contains the counts';
    throw new InvalidInput(both.map((field) => ({ field, message })));
  }
  const { service_tier, provider_cost, ...read } = asReported(readUsage(usage));
  const isCostSaid = work.is_free === true || [work.cost, work.provider_cost].some((cost) => (cost ?? null) !== null);
  return {
    ...work,
    ...read,
    service_tier: work.service_tier ?? service_tier,
    provider_cost: isCostSaid ? work.provider_cost : provider_cost,
  };
}

/** Defaults of optional fields. */
export const WORK_DEFAULTS = {
  model: null,
  quantity: null,
  unit: null,
  cost: null,
  provider_cost: null,
  duration_seconds: null,
  measures: null,
  service_tier: null,
  unread_usage: null,
  session_id: null,
  occurred_at: null,
  is_free: false,
  billable: true,
  succeeded: true,
  metadata: {},
  tags: null,
};

type OptionalFields = Pick<Report, keyof typeof WORK_DEFAULTS>;
const OPTIONAL = Object.keys(WORK_DEFAULTS) as (keyof OptionalFields)[];

/** Returns the optional fields. */
function fieldsOf(work: ReportedWork): OptionalFields {
  const fields: Record<string, unknown> = { ...WORK_DEFAULTS };
  for (const name of OPTIONAL) fields[name] = work[name] ?? fields[name];
  fields['tags'] = storedTags(work.tags);
  return fields as unknown as OptionalFields;
}

/** Returns the report as the work to price. */
export function workOf(report: Report, plan: () => Promise<Plan>, now: Date): Work {
  const { service, model, tokens, tokens_used, service_tier, is_free, billable, succeeded, occurred_at } = report;
  return {
    service,
    model,
    tokens,
    tokens_used,
    service_tier,
    is_free,
    billable,
    succeeded,
    plan,
    quantities: quantitiesOf(report),
    cost: unitsOrNull(report.cost),
    provider_cost: unitsOrNull(report.provider_cost),
    occurred_at: occurred_at ?? now,
  };
}

const unitsOrNull = (text: string | null): Units | null => (text === null ? null : units(text));

/** Returns the event to record for a rated report. */
export function eventOf(report: Report, rating: Rating, { api_key_id, member_id, tags }: Attribution): NewEvent {
  const event: NewEvent = {
    ...report.tokens,
    user_id: report.user_id,
    source: report.source,
    request_id: report.request_id,
    content_hash: report.content_hash,
    service: report.service,
    model: report.model,
    tokens_used: report.tokens_used,
    quantity: report.quantity,
    unit: report.unit,
    measures: report.measures,
    service_tier: report.service_tier,
    unread_usage: report.unread_usage,
    billable: report.billable,
    succeeded: report.succeeded,
    session_id: report.session_id,
    duration_seconds: report.duration_seconds,
    occurred_at: report.occurred_at,
    metadata: report.metadata,
    api_key_id,
    member_id,
    tags,
    provider_cost: amount(rating.provider_cost),
    platform_markup: amount(rating.platform_markup),
    total_cost: amount(rating.total_cost),
    cache_savings: amountOrNull(rating.cache_savings),
    is_free_tier: rating.is_free_tier,
    is_rated: rating.is_rated,
    price_id: rating.price_id,
    markup_rule_id: rating.markup_rule_id,
    markup_rate: rating.markup_rate,
    price_multiplier: rating.price_multiplier,
  };
  return rating.list_cost > 0n ? { ...event, list_cost: amount(rating.list_cost) } : event;
}

function tokenFaults(all: number | undefined, inPools: number): FieldError[] {
  if (inPools > TOKENS_MAX) return [{ field: 'tokens', message: `must be at most ${TOKENS_MAX} in total` }];
  if (all === undefined || all >= inPools) return [];
  const message = `must not be less than the sum of the pools (${inPools}); the pools never overlap, so input_tokens must not include cached tokens`;
  return [{ field: 'tokens', message }];
}

function measureFaults(work: ReportedWork): FieldError[] {
  const { quantity = null, unit = null, measures } = work;
  const faults: FieldError[] = [];
  if (unit !== null && measures && Object.hasOwn(measures, unit)) {
    faults.push({ field: 'measures', message: `must not count ${unit}, which quantity already counts` });
  }
  if (quantity === null && unit !== null) faults.push({ field: 'quantity', message: 'must be given with unit' });
  if (quantity !== null && unit === null) faults.push({ field: 'unit', message: 'must be given with quantity' });
  return faults;
}

function costFaults({ cost = null, provider_cost = null, is_free }: ReportedWork): FieldError[] {
  const faults: FieldError[] = [];
  if (cost !== null && provider_cost !== null) {
    faults.push({ field: 'provider_cost', message: 'must not be given with cost, which is the total' });
  }
  if (is_free && units(cost ?? provider_cost ?? '0') > 0n) {
    faults.push({ field: 'is_free', message: 'must not be true for work that has a cost' });
  }
  return faults;
}

function timeFaults({ occurred_at }: ReportedWork, now: Date, kind: ReportKind): FieldError[] {
  const is_history = kind === 'history';
  if (!occurred_at) return is_history ? [{ field: 'occurred_at', message: 'must be given for past work' }] : [];
  const ahead_ms = occurred_at.getTime() - now.getTime();
  if (ahead_ms > EARLY_MAX_S * 1000) return [{ field: 'occurred_at', message: 'must not be in the future' }];
  if (kind !== 'live') {
    return occurred_at >= HISTORY_BEGINS ? [] : [{ field: 'occurred_at', message: 'must not be before 1970' }];
  }
  if (ahead_ms >= -LATE_MAX_DAYS * DAY_MS) return [];
  return [{ field: 'occurred_at', message: `must not be more than ${LATE_MAX_DAYS} days in the past` }];
}
