import { NO_TOKENS, type TokenPools, TOKENS_MAX } from './work.js';

type Members = Record<string, unknown>;

/** What details that exceed their whole mean: tokens that it leaves out, or claims that count as far as it reaches. */
type Excess = 'beside' | 'cut';

/**
 * Exclusive pools out of a usage object as OpenAI and those who speak its language write it: there `prompt_tokens` and
 * `completion_tokens` include what the details count once more. Anthropic's names for cached tokens are known too; where
 * both are given they say the same, and count once.
 */
export function poolsOfUsage(usage: Members, excess: Excess = 'beside'): TokenPools {
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
  const [input_tokens, read] = divided(count(usage['prompt_tokens']), special, excess);
  const [output_tokens, made] = divided(count(usage['completion_tokens']), generated, excess);
  return { ...NO_TOKENS, input_tokens, ...read, output_tokens, ...made };
}

/** A whole number of tokens; whatever is none is 0. */
export function count(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.round(value), TOKENS_MAX) : 0;
}

/** The members of an object; none of anything else. */
export const members = (value: unknown): Members =>
  typeof value === 'object' && value !== null ? (value as Members) : {};

/** What of a whole is in none of its parts, and the parts: where they are cut, in their order. */
function divided<P extends Record<string, number>>(whole: number, parts: P, excess: Excess): [number, P] {
  let rest = whole;
  const within = Object.entries(parts).map(([pool, tokens]) => {
    const taken = Math.min(tokens, rest);
    rest -= taken;
    return [pool, taken] as const;
  });
  const isWithin = within.every(([pool, taken]) => taken === parts[pool]);
  return isWithin || excess === 'cut' ? [rest, Object.fromEntries(within) as P] : [whole, parts];
}
