import { ANSWER_POOLS, NO_TOKENS, type TokenPools } from '../rating/work.js';

/** The token counts of a usage object: wholes, and details that are included in a whole or added to it. */
export interface Claims {
  prompt: number;
  answer: number;
  /** Null if not reported. */
  total: number | null;
  details: readonly Detail[];
}

/** Tokens of some kind. */
export interface Detail {
  pool: keyof TokenPools;
  tokens: number;
  /** Whether the dialect adds them to the whole, unless the total contradicts it. */
  is_beside: boolean;
  /** Whether the dialect is certain about it, whatever the total. */
  is_certain?: boolean;
}

/**
 * Computes exclusive pools. The total decides whether details are included in prompt and answer, if it is reported and
 * adds up. Otherwise the dialect decides; details larger than their whole cannot be included in it.
 */
export function poolsOf({ prompt, answer, total, details }: Claims): TokenPools {
  const wholes = { prompt, answer };
  const given = details.filter(({ tokens }) => tokens > 0);
  const byTotal = total === null ? null : placedByTotal(wholes, total, given);
  const placed = byTotal ?? placedByDialect(wholes, withOverlap(wholes, given));
  const pools = { ...NO_TOKENS, input_tokens: prompt, output_tokens: answer };
  for (const { pool, tokens, is_beside } of placed) {
    pools[pool] += tokens;
    if (!is_beside) pools[ANSWER_POOLS.has(pool) ? 'output_tokens' : 'input_tokens'] -= tokens;
  }
  return pools;
}

type Wholes = Pick<Claims, 'prompt' | 'answer'>;

/**
 * Places the details so that they add up to the total, with the fewest deviations from the dialect; null if nothing
 * adds up.
 */
function placedByTotal({ prompt, answer }: Wholes, total: number, details: readonly Detail[]): Detail[] | null {
  const certain = details.filter(({ is_certain, is_beside }) => is_certain && is_beside);
  const excess = total - prompt - answer - sumOf(certain);
  const open = details.filter(({ is_certain }) => !is_certain);
  if (excess < 0) return null;
  const addsUp = (placing: readonly Detail[]): boolean =>
    sumOf(placing.filter(({ is_beside }) => is_beside)) === excess && fits({ prompt, answer }, placing);
  const placed = addsUp(open)
    ? open
    : placings(open)
        .filter(addsUp)
        .toSorted((a, b) => deviations(a, open) - deviations(b, open))[0];
  return placed ? [...certain, ...placed] : null;
}

/**
 * Returns every combination of included and added details. There are at most eleven details, and rarely more than
 * three.
 */
const placings = (details: readonly Detail[]): Detail[][] =>
  details.reduce<Detail[][]>(
    (ways, detail) => ways.flatMap((way) => [false, true].map((is_beside) => [...way, { ...detail, is_beside }])),
    [[]],
  );

const deviations = (placing: readonly Detail[], details: readonly Detail[]): number =>
  placing.filter(({ is_beside }, i) => is_beside !== details[i]?.is_beside).length;

/** Places the details according to the dialect; those that do not fit are added. */
function placedByDialect(wholes: Wholes, details: readonly Detail[]): Detail[] {
  const sides = [details.filter(isOfPrompt), details.filter((detail) => !isOfPrompt(detail))];
  return sides.flatMap((side) => {
    const placed = side.map((detail) => (detail.tokens > wholeOf(wholes, detail) ? beside(detail) : detail));
    return fits(wholes, placed) ? placed : placed.map(beside);
  });
}

/** Cached audio counts both as audio and as cached; an excess of the two over the prompt is their overlap. */
function withOverlap(wholes: Wholes, details: readonly Detail[]): readonly Detail[] {
  const inside = details.filter((detail) => isOfPrompt(detail) && !detail.is_beside);
  const excess = sumOf(inside) - wholes.prompt;
  const cached = inside.find(({ pool }) => pool === 'cache_read_tokens');
  const audio = inside.find(({ pool }) => pool === 'audio_input_tokens');
  if (excess <= 0 || !cached || !audio || excess > Math.min(cached.tokens, audio.tokens)) return details;
  if (Math.max(cached.tokens, audio.tokens) > wholes.prompt) return details;
  const less = (detail: Detail): Detail =>
    detail === cached || detail === audio ? { ...detail, tokens: detail.tokens - excess } : detail;
  return [...details.map(less), { pool: 'audio_cache_read_tokens', tokens: excess, is_beside: false }];
}

function fits(wholes: Wholes, details: readonly Detail[]): boolean {
  const inside = details.filter(({ is_beside }) => !is_beside);
  return [true, false].every((ofPrompt) => {
    const side = inside.filter((detail) => isOfPrompt(detail) === ofPrompt);
    return sumOf(side) <= (ofPrompt ? wholes.prompt : wholes.answer);
  });
}

const isOfPrompt = ({ pool }: Detail): boolean => !ANSWER_POOLS.has(pool);
const wholeOf = ({ prompt, answer }: Wholes, detail: Detail): number => (isOfPrompt(detail) ? prompt : answer);
const beside = (detail: Detail): Detail => ({ ...detail, is_beside: true });
const sumOf = (details: readonly Detail[]): number => details.reduce((sum, { tokens }) => sum + tokens, 0);
