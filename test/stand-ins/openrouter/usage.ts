import type { Behaviour } from './behaviour.ts';
import { findModel, type Model, ROUTED_TO } from './catalogue.ts';

/** Usage of a call; output tokens include reasoning. */
export interface Tokens {
  prompt: number;
  completion: number;
}

const COST_DECIMALS = 10;

/** Returns the cost of a call by the catalogue, USD. */
export function costOf(model: Model, tokens: Tokens, behaviour: Behaviour): number {
  const { pricing } = model.pricing.prompt === '-1' ? (findModel(ROUTED_TO) ?? model) : model;
  const price = (name: string, otherwise = 'prompt'): number => Number(pricing[name] ?? pricing[otherwise] ?? 0);
  const { cached, written, reasoning } = poolsOf(tokens, behaviour);
  const cost =
    (tokens.prompt - cached - written) * price('prompt') +
    cached * price('input_cache_read') +
    written * price('input_cache_write') +
    (tokens.completion - reasoning) * price('completion') +
    reasoning * price('internal_reasoning', 'completion') +
    Number(pricing.request ?? 0) +
    (behaviour.search_cost ?? 0);
  return Number(cost.toFixed(COST_DECIMALS));
}

/** Returns the `usage` of an answer; undefined if it should be missing. */
export function usageOf(model: Model, tokens: Tokens, behaviour: Behaviour): object | undefined {
  const { usage = 'full', is_byok = false } = behaviour;
  if (usage === 'missing') return undefined;
  const counted = usage === 'zero' ? { prompt: 0, completion: 0 } : tokens;
  const { cached, written, reasoning } = poolsOf(counted, behaviour);
  const counts = {
    prompt_tokens: counted.prompt,
    completion_tokens: counted.completion,
    total_tokens: counted.prompt + counted.completion,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, image_tokens: 0 },
  };
  if (usage === 'without_cost') return counts;
  const cost = usage === 'zero' ? 0 : costOf(model, tokens, behaviour);
  const details = {
    upstream_inference_cost: is_byok ? cost : null,
    upstream_inference_prompt_cost: is_byok ? costOf(model, { ...tokens, completion: 0 }, behaviour) : null,
    upstream_inference_completions_cost: is_byok ? costOf(model, { ...tokens, prompt: 0 }, behaviour) : null,
  };
  return { ...counts, cost: is_byok ? 0 : cost, is_byok, cost_details: details };
}

/** Limits the kinds of tokens to the available ones. */
export function poolsOf(
  tokens: Tokens,
  { cached_tokens = 0, cache_write_tokens = 0, reasoning_tokens = 0 }: Behaviour,
) {
  const cached = Math.min(cached_tokens, tokens.prompt);
  const written = Math.min(cache_write_tokens, tokens.prompt - cached);
  return { cached, written, reasoning: Math.min(reasoning_tokens, tokens.completion) };
}
