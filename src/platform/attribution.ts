import type { Actor } from './actor.js';

/** Who acted and with what. Stored with holds, charges and usage events; the account that pays is their user_id. */
export interface Attribution {
  /** Id of the API key that was used. */
  readonly api_key_id: string | null;
  /** The person who acted, when an organization pays. */
  readonly member_id: string | null;
  /** Texts that the caller attached; null for none. */
  readonly tags: string[] | null;
}

/** Limits of the tags of one piece of work. */
export const TAGS_MAX = 10;
export const TAG_MAX_CHARACTERS = 64;

/** Nobody in particular, without a key and tags. */
export const UNATTRIBUTED: Attribution = { api_key_id: null, member_id: null, tags: null };

/** Returns the attribution of a row, without its other columns. */
export const attributionOf = ({ api_key_id, member_id, tags }: Attribution): Attribution => {
  return { api_key_id, member_id, tags };
};

/**
 * Returns the attribution of work that a caller does: the API key, and its tags before those of the request, ten in all.
 * @param member_id the person who acts when an organization pays; by default that of the key
 */
export function attributionBy(
  { api_key }: Pick<Actor, 'api_key'>,
  tags: readonly string[] | null | undefined,
  member_id: string | null = api_key?.member_id ?? null,
): Attribution {
  if (!api_key) return { ...UNATTRIBUTED, member_id, tags: storedTags(tags) };
  const all = storedTags([...api_key.tags, ...(tags ?? [])]);
  return { api_key_id: api_key.id, member_id, tags: all?.slice(0, TAGS_MAX) ?? null };
}

/** Returns tags as they are stored: each once, in the caller's order; null for none. */
export function storedTags(tags: readonly string[] | null | undefined): string[] | null {
  return tags && tags.length > 0 ? [...new Set(tags)] : null;
}
