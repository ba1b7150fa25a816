import { ANSWER_POOLS, NO_TOKENS, type TokenPools } from '../work.js';

/** What a usage object says of tokens: wholes, and details that are inside of a whole or beside it. */
export interface Claims {
  prompt: number;
  answer: number;
  /** Null when it was not told. */
  total: number | null;
  details: readonly Detail[];
}

/** Tokens of some kind. */
export interface Detail {
  pool: keyof TokenPools;
  tokens: number;
  /** Where the dialect counts them, unless the total says otherwise. */
  is_beside: boolean;
  /** Whether the dialect leaves no doubt about that, whatever the total says. */
  is_certain?: boolean;
}

/**
 * Exclusive pools. Whether details are inside of prompt and answer is decided by the total, where it is told and adds up;
 * else by the dialect, and details that are larger than their whole are beside it: inside they cannot be.
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

/** The details placed as the total demands, with as little against the dialect as can be; null when nothing adds up. */
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

/** Every way in which details can be inside or beside; there are at most eleven of them, and seldom more than three. */
const placings = (details: readonly Detail[]): Detail[][] =>
  details.reduce<Detail[][]>(
    (ways, detail) => ways.flatMap((way) => [false, true].map((is_beside) => [...way, { ...detail, is_beside }])),
    [[]],
  );

const deviations = (placing: readonly Detail[], details: readonly Detail[]): number =>
  placing.filter(({ is_beside }, i) => is_beside !== details[i]?.is_beside).length;

/** The details as the dialect places them; those that do not fit are beside. */
function placedByDialect(wholes: Wholes, details: readonly Detail[]): Detail[] {
  const sides = [details.filter(isOfPrompt), details.filter((detail) => !isOfPrompt(detail))];
  return sides.flatMap((side) => {
    const placed = side.map((detail) => (detail.tokens > wholeOf(wholes, detail) ? beside(detail) : detail));
    return fits(wholes, placed) ? placed : placed.map(beside);
  });
}

/** Audio that was read from the cache counts as audio and as cached: what is too much of both together is of both. */
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
