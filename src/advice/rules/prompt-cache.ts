import { amount } from '../../platform/values/amount.js';
import { creditsText } from '../../platform/values/sentences.js';
import type { TokenPools } from '../../pricing/rating/work.js';
import { type Advice, CALLS_MIN } from '../advice.js';
import {
  type AdviceFacts,
  basisOf,
  byModel,
  costOf,
  type ModelWork,
  type PastWork,
  planOf,
  priced,
  promptTokens,
  type Reprice,
} from '../past-work.js';

/** A cached prompt stays for this long after its last use. */
const CACHE_MS = 5 * 60 * 1000;
/** Shorter prompts are not cached by providers. */
const PROMPT_MIN = 1024;

/** A piece of work with the tokens that it would have had with a cache. */
interface CachedWork {
  work: PastWork;
  cached: TokenPools;
}

/** Advises to mark prompts for the provider's cache where the calls of a session repeat the prompts before them. */
export async function promptCaches(facts: AdviceFacts, reprice: Reprice): Promise<Advice[]> {
  const found: Advice[] = [];
  for (const of of byModel(facts.work)) {
    const isCacheable = facts.prices.some(
      ({ model, cache_read_per_million }) => model === of.model && cache_read_per_million !== null,
    );
    const pairs = isCacheable ? cachedWork(of.work) : [];
    if (pairs.length < CALLS_MIN) continue;
    const plan = planOf(facts.plan);
    const [without, cached] = await Promise.all([
      reprice(pairs.map(({ work }) => priced(work, plan))),
      reprice(pairs.map(({ work, cached: tokens }) => priced(work, plan, { tokens }))),
    ]);
    if (without !== null && cached !== null && cached < without)
      found.push(adviceOf(facts, of, pairs, without - cached));
  }
  return found;
}

/**
 * Returns the work of sessions with several calls within five minutes, with the tokens that it would have had: what the
 * call before had as its prompt is read from the cache, the rest of the prompt is written to it.
 */
export function cachedWork(work: readonly PastWork[]): CachedWork[] {
  const sessions = Map.groupBy(
    work.filter(({ session_id }) => session_id !== null),
    ({ session_id }) => session_id,
  );
  return [...sessions.values()].flatMap((calls) => {
    if (calls.length < 2) return [];
    return calls.map((call, i) => ({ work: call, cached: withCache(call, calls[i - 1]) }));
  });
}

function withCache(call: PastWork, before: PastWork | undefined): TokenPools {
  const { tokens } = call;
  if (promptTokens(tokens) < PROMPT_MIN) return tokens;
  const isRecent = before !== undefined && call.occurred_at.getTime() - before.occurred_at.getTime() <= CACHE_MS;
  const repeated = isRecent ? Math.min(promptTokens(before.tokens), promptTokens(tokens)) : 0;
  const isLongEnough = repeated >= PROMPT_MIN;
  const read = isLongEnough ? Math.max(0, Math.min(repeated - tokens.cache_read_tokens, tokens.input_tokens)) : 0;
  return {
    ...tokens,
    input_tokens: 0,
    cache_read_tokens: tokens.cache_read_tokens + read,
    cache_write_tokens: tokens.cache_write_tokens + tokens.input_tokens - read,
  };
}

function adviceOf(facts: AdviceFacts, of: ModelWork, pairs: readonly CachedWork[], saving: bigint): Advice {
  const work = pairs.map((pair) => pair.work);
  const basis = basisOf(facts, work);
  const current = costOf(work);
  const projected = current > saving ? current - saving : 0n;
  return {
    kind: 'prompt_cache',
    subject: [of.service, of.model],
    title: `Cache the prompts of ${of.model}`,
    message: `${basis.requests} requests to ${of.model} in sessions cost ${creditsText(current)} credits. With the prompt of the call before read from the provider's cache, they would have cost ${creditsText(projected)}. Mark the part of the prompt that stays the same for caching.`,
    details: { model: of.model, requests: basis.requests, cost: amount(current), other_cost: amount(projected) },
    basis,
    currency: 'credits',
    current,
    projected,
    confidence: 'low',
    caveats: ['repeated_prompts'],
    new_tier: null,
  };
}
