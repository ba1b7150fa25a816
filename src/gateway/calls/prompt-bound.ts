/** Maximum tokens of an image of any size; longer audio and video count by their length. */
const MEDIA_TOKENS = 4_096;
const MEDIA_CHARACTERS_PER_TOKEN = 64;
/** Documents are read both as text and as page images, and they are compressed. */
const FILE_CHARACTERS_PER_TOKEN = 4;
/** Overhead of each part: roles, separators and the like. */
const PART_TOKENS = 4;
/** Length of the system prompt that providers add for tools. */
const TOOLS_TOKENS = 512;
const MEDIA_TYPES = /^(input_|output_)?(image|image_url|audio|audio_url|input_audio|video|video_url|file|document)$/;
const FILE_TYPES = /file|document/;
/** Media that the provider fetches or already has, so that their size is unknown here. */
const REFERENCE = /^\s*(https?|gs|s3|ftp|file):/i;
const REFERENCE_MEMBERS = /^(file_id|file_uri|fileUri)$/;

/** Tokens are counted in thirds. */
const WHOLE = 3;
/** Letters of which every adjacent pair is a single token in common tokenizers. */
const COMMON_LETTERS = 'abcdefghilmnoprstuw';
const COMMON = 2;
const SPACE = 32;
/** Thirds of a token that each ASCII character counts after a common letter or a space. */
const ASCII_COSTS = Uint8Array.from({ length: 128 }, (_, code) =>
  COMMON_LETTERS.includes(String.fromCharCode(code)) ? COMMON : WHOLE,
);

/** Upper bound of the length of a prompt. */
export interface PromptBound {
  /** Tokens of text. */
  text_tokens: number;
  /** Tokens of images, audio and files in the body. */
  media_tokens: number;
  /**
   * Whether it has parts that only the provider can measure, such as linked media and video. They can fill the context.
   */
  is_open: boolean;
  /** Tokens of a predicted answer. Rejected prediction tokens are charged as output too. */
  predicted_tokens: number;
}

/** Members of the body that models read, as text or as lists of messages and parts. */
const READ = ['messages', 'system', 'instructions', 'suffix'];
const INPUTS = ['prompt', 'input'];
const DEFINITIONS = ['tools', 'functions', 'response_format', 'text', 'mcp_servers'];
/** Members that make the provider add content it has stored, such as earlier turns. */
const KEPT_ELSEWHERE = ['previous_response_id', 'conversation', 'container'];

/**
 * Returns an upper bound of the prompt's length. It takes milliseconds per megabyte; a tokenizer takes a hundred times
 * as long, and every provider has a different one.
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

/** Adds up the media of a prompt. */
class Media {
  tokens = 0;
  is_open = false;

  add(part: object, type: string): void {
    const perToken = FILE_TYPES.test(type) ? FILE_CHARACTERS_PER_TOKEN : MEDIA_CHARACTERS_PER_TOKEN;
    this.tokens += Math.max(MEDIA_TOKENS, Math.ceil(JSON.stringify(part).length / perToken));
    this.is_open ||= type.includes('video') || isReference(part);
  }
}

/** Whether a part refers to content stored elsewhere. */
function isReference(part: unknown): boolean {
  if (typeof part === 'string') return REFERENCE.test(part.slice(0, 32));
  if (typeof part !== 'object' || part === null) return false;
  return Object.entries(part).some(
    ([name, value]) => (REFERENCE_MEMBERS.test(name) && given(value)) || isReference(value),
  );
}

/**
 * Returns the maximum number of tokens of a text: a byte is at most one token, and a pair of common letters is at most
 * one too. This holds for every tokenizer that has all bytes and these pairs in its vocabulary. For natural text it is
 * about three times the real number.
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
      // two surrogates stand for four bytes together, any other unit for two or three
      thirds += WHOLE * (code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3);
      isAfterLetter = false;
    }
  }
  return Math.ceil(thirds / WHOLE);
}

/** Returns the bound of a text, or of messages and their parts; media are counted separately. */
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

/** Returns the bound of an input, which can also be a list of token ids. */
function inputBound(input: unknown, media: Media): number {
  if (typeof input === 'number') return 1;
  return Array.isArray(input) ? sum(input.map((item) => inputBound(item, media))) : partBound(input, media);
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
