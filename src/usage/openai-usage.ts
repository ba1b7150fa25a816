import { NO_TOKENS, type TokenPools, tokensIn } from '../pricing/work.js';

type Members = Record<string, unknown>;

const COUNT_MAX = 2_147_483_647;

/**
 * Exclusive pools out of a usage object as OpenAI and those who speak its language write it: there `prompt_tokens` and
 * `completion_tokens` include what the details count once more. Anthropic's names for cached tokens are known too; where
 * both are given they say the same, and count once. Details beyond the whole mean a provider that leaves them out of it.
 */
export function poolsOfUsage(usage: Members): TokenPools {
  const [prompt, completion] = [members(usage['prompt_tokens_details']), members(usage['completion_tokens_details'])];
  const special = {
    cache_read_tokens: Math.max(count(prompt['cached_tokens']), count(usage['cache_read_input_tokens'])),
    cache_write_tokens: Math.max(
      count(prompt['cache_write_tokens']),
      count(prompt['cache_creation_tokens']),
      count(usage['cache_creation_input_tokens']),
    ),
    audio_input_tokens: count(prompt['audio_tokens']),
  };
  const generated = {
    reasoning_tokens: count(completion['reasoning_tokens']),
    audio_output_tokens: count(completion['audio_tokens']),
    image_tokens: count(completion['image_tokens']),
  };
  const input_tokens = rest(count(usage['prompt_tokens']), tokensIn({ ...NO_TOKENS, ...special }));
  const output_tokens = rest(count(usage['completion_tokens']), tokensIn({ ...NO_TOKENS, ...generated }));
  return { ...special, ...generated, input_tokens, output_tokens };
}

/** A whole number of tokens; whatever is none is 0. */
export function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.round(value), COUNT_MAX) : 0;
}

/** The members of an object; none of anything else. */
export const members = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? (value as Members) : {};

const rest = (all: number, special: number): number => (special <= all ? all - special : all);
