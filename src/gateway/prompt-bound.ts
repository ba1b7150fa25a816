/** Text of two bytes is a token at most, but for oddities that settling makes up for. */
const BYTES_PER_TOKEN = 2;
/** What an image may count as, whatever its size; longer recordings and files count by their length. */
const MEDIA_TOKENS = 4_096;
const MEDIA_CHARACTERS_PER_TOKEN = 64;
/** Roles, separators and the like, for each part. */
const PART_TOKENS = 4;
const MEDIA_TYPES = new Set(['image_url', 'input_audio', 'input_image', 'video_url', 'file']);

/**
 * How many tokens a prompt has at most: anything that JSON can hold, texts, parts, tools and schemas alike. A bound costs
 * microseconds where a tokenizer costs milliseconds, and every provider has a tokenizer of its own.
 */
export function promptBound(prompt: unknown): number {
  if (typeof prompt === 'string') return textBound(prompt);
  if (typeof prompt !== 'object' || prompt === null) return 1;
  if (Array.isArray(prompt)) return sum(prompt.map((item) => promptBound(item)));
  const members = Object.entries(prompt);
  if (MEDIA_TYPES.has((prompt as { type?: unknown }).type as string)) return mediaBound(prompt);
  return PART_TOKENS + sum(members.map(([name, value]) => textBound(name) + promptBound(value)));
}

const textBound = (text: string): number =>
  text.startsWith('data:') ? mediaBound(text) : Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

const mediaBound = (media: unknown): number =>
  Math.max(MEDIA_TOKENS, Math.ceil(JSON.stringify(media).length / MEDIA_CHARACTERS_PER_TOKEN));

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
