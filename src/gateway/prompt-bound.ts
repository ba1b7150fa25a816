/** What an image may count as, whatever its size; longer recordings and films count by their length. */
const MEDIA_TOKENS = 4_096;
const MEDIA_CHARACTERS_PER_TOKEN = 64;
/** Documents are read as text and as images of their pages, and are packed besides. */
const FILE_CHARACTERS_PER_TOKEN = 4;
/** Roles, separators and the like, for each part. */
const PART_TOKENS = 4;
/** What providers tell their models about tools before the tools themselves. */
const TOOLS_TOKENS = 512;
const MEDIA_TYPES = /^(input_|output_)?(image|image_url|audio|audio_url|input_audio|video|video_url|file|document)$/;
const FILE_TYPES = /file|document/;
/** Media that the provider fetches, or has already: what they hold is not seen here. */
const REFERENCE = /^\s*(https?|gs|s3|ftp|file):/i;
const REFERENCE_MEMBERS = /^(file_id|file_uri|fileUri)$/;

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

/** How long the prompt of a call is at most. */
export interface PromptBound {
  /** Tokens of its text. */
  text_tokens: number;
  /** Tokens of images, recordings and files that are in the body. */
  media_tokens: number;
  /** Whether it has parts that only the provider can measure: media behind a link, films. They may fill the context. */
  is_open: boolean;
  /** Tokens of an answer that the caller predicts: those that do not come are charged as answer all the same. */
  predicted_tokens: number;
}

/** What of a body's members models read as text, or as lists of messages and parts. */
const READ = ['messages', 'system', 'instructions', 'suffix'];
const INPUTS = ['prompt', 'input'];
const DEFINITIONS = ['tools', 'functions', 'response_format', 'text', 'mcp_servers'];
/** Members by which the provider adds what it keeps: earlier turns, stored prompts. */
const KEPT_ELSEWHERE = ['previous_response_id', 'conversation', 'container'];

/**
 * How long a call's prompt is at most. A bound costs milliseconds for a megabyte, a tokenizer a hundred times as much,
 * and every provider has one of its own.
 */
export function promptBound(body: Readonly<Record<string, unknown>>): PromptBound {
  const definitions = DEFINITIONS.flatMap((name) => (given(body[name]) ? [body[name]] : []));
  const media = new Media();
  const text_tokens =
    sum(READ.map((name) => partBound(body[name], media))) +
    sum(INPUTS.map((name) => inputBound(body[name], media))) +
    sum(definitions.map((definition) => TOOLS_TOKENS + textBound(JSON.stringify(definition))));
  const isStored = typeof body['prompt'] === 'object' && !Array.isArray(body['prompt']) && given(body['prompt']);
  const is_open = media.is_open || isStored || KEPT_ELSEWHERE.some((name) => given(body[name]));
  return { text_tokens, media_tokens: media.tokens, is_open, predicted_tokens: partBound(body['prediction'], media) };
}

const given = (value: unknown): boolean => value !== undefined && value !== null;

/** What of a prompt is no text. */
class Media {
  tokens = 0;
  is_open = false;

  add(part: object, type: string): void {
    const perToken = FILE_TYPES.test(type) ? FILE_CHARACTERS_PER_TOKEN : MEDIA_CHARACTERS_PER_TOKEN;
    this.tokens += Math.max(MEDIA_TOKENS, Math.ceil(JSON.stringify(part).length / perToken));
    this.is_open ||= type.includes('video') || isReference(part);
  }
}

/** Whether any text of a part names a place where its content is. */
function isReference(part: unknown): boolean {
  if (typeof part === 'string') return REFERENCE.test(part.slice(0, 32));
  if (typeof part !== 'object' || part === null) return false;
  return Object.entries(part).some(
    ([name, value]) => (REFERENCE_MEMBERS.test(name) && given(value)) || isReference(value),
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

/** A text, or messages and their parts; media are counted apart. */
function partBound(part: unknown, media: Media): number {
  if (part === undefined || part === null) return 0;
  if (typeof part === 'string') return textBound(part);
  if (typeof part !== 'object') return textBound(JSON.stringify(part));
  if (Array.isArray(part)) return sum(part.map((item) => partBound(item, media)));
  const { type } = part as { type?: unknown };
  if (typeof type === 'string' && MEDIA_TYPES.test(type)) {
    media.add(part, type);
    return PART_TOKENS;
  }
  const members = Object.entries(part);
  return PART_TOKENS + sum(members.map(([name, value]) => textBound(name) + partBound(value, media)));
}

/** Texts may be given as the numbers of their tokens. */
function inputBound(input: unknown, media: Media): number {
  if (typeof input === 'number') return 1;
  return Array.isArray(input) ? sum(input.map((item) => inputBound(item, media))) : partBound(input, media);
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
