/** What an image may count as, whatever its size; longer recordings and films count by their length. */
const MEDIA_TOKENS = 4_096;
const MEDIA_CHARACTERS_PER_TOKEN = 64;
/** Documents are read as text and as images of their pages, and are packed besides. */
const FILE_CHARACTERS_PER_TOKEN = 4;
/** Roles, separators and the like, for each part. */
const PART_TOKENS = 4;
/** What providers tell their models about tools before the tools themselves. */
const TOOLS_TOKENS = 512;
const MEDIA_TYPES = new Set(['image_url', 'input_audio', 'input_image', 'video_url']);

/** Tokens are counted in thirds. */
const WHOLE = 3;
/** Of each two of these a tokenizer makes one token, wherever they meet: so of three in a row two at most are alone. */
const COMMON_LETTERS = 'abcdefghilmnoprstuw';
const COMMON = 2;
const SPACE = 32;
/** What each character of ASCII counts after a common letter or a space. */
const ASCII_COSTS = Uint8Array.from({ length: 128 }, (_, code) =>
  COMMON_LETTERS.includes(String.fromCharCode(code)) ? COMMON : WHOLE,
);

/** What of a call's body its model reads. */
export interface PromptMembers {
  messages?: unknown;
  prompt?: unknown;
  suffix?: unknown;
  input?: unknown;
  tools?: unknown;
  functions?: unknown;
  response_format?: unknown;
}

/**
 * How many tokens a call's prompt has at most. A bound costs milliseconds for a megabyte, a tokenizer a hundred times
 * as much, and every provider has one of its own.
 */
export function promptBound(body: PromptMembers): number {
  const { messages, prompt, suffix, input, tools, functions, response_format } = body;
  const definitions = [tools, functions, response_format].filter((definition) => definition !== undefined);
  return (
    sum([messages, suffix].map((part) => partBound(part))) +
    sum([prompt, input].map((part) => inputBound(part))) +
    sum(definitions.map((definition) => TOOLS_TOKENS + textBound(JSON.stringify(definition))))
  );
}

/**
 * How many tokens a text has at most: a byte is never more than one, and pairs of common letters are never two. It holds
 * for every tokenizer that knows all bytes and these pairs; of natural text it is three times what there is.
 */
export function textBound(text: string): number {
  let thirds = 0;
  let isAfterLetter = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 128) {
      const cost = ASCII_COSTS[code] ?? WHOLE;
      thirds += isAfterLetter ? cost : WHOLE;
      isAfterLetter = cost === COMMON || code === SPACE;
    } else {
      // halves of a pair stand for four bytes together, all the others for two or three
      thirds += WHOLE * (code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3);
      isAfterLetter = false;
    }
  }
  return Math.ceil(thirds / WHOLE);
}

/** A text, or messages and their parts. */
function partBound(part: unknown): number {
  if (part === undefined || part === null) return 0;
  if (typeof part === 'string') return textBound(part);
  if (typeof part !== 'object') return textBound(JSON.stringify(part));
  if (Array.isArray(part)) return sum(part.map((item) => partBound(item)));
  const { type } = part as { type?: unknown };
  if (type === 'file') return mediaBound(part, FILE_CHARACTERS_PER_TOKEN);
  if (MEDIA_TYPES.has(type as string)) return mediaBound(part, MEDIA_CHARACTERS_PER_TOKEN);
  const members = Object.entries(part);
  return PART_TOKENS + sum(members.map(([name, value]) => textBound(name) + partBound(value)));
}

/** Texts may be given as the numbers of their tokens. */
function inputBound(input: unknown): number {
  if (typeof input === 'number') return 1;
  return Array.isArray(input) ? sum(input.map((item) => inputBound(item))) : partBound(input);
}

const mediaBound = (media: object, characters_per_token: number): number =>
  Math.max(MEDIA_TOKENS, Math.ceil(JSON.stringify(media).length / characters_per_token));

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
