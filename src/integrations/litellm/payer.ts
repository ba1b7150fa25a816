import type { LiteLlmConfig } from '../../platform/config/litellm-config.js';
import { canonicalUserId } from '../../platform/values/user-id.js';
import { type LogExcerpt } from './log-excerpt.js';

/** The users that a log names: the owner of the key, and the end user named by the caller. */
export interface Named {
  key_user: string | null;
  end_user: string | null;
}

/** Values that programs write for no user. */
const PLACEHOLDERS = new Set(['', 'none', 'null', 'nan', 'undefined', 'default_user_id']);

/** Returns a user id, or null for placeholders and for JSON documents that some clients send as a name. */
export function nameOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const word = value.trim().toLowerCase();
  return PLACEHOLDERS.has(word) || word.startsWith('{') || word.startsWith('[') ? null : canonicalUserId(value);
}

/** Returns the users that a log names. */
export function namedIn({ end_user, metadata }: LogExcerpt): Named {
  return {
    key_user: nameOf(metadata['user_api_key_user_id']),
    end_user: nameOf(end_user) ?? nameOf(metadata['user_api_key_end_user_id']),
  };
}

/** Returns the end user who pays if an account exists; null if that is not relevant. */
export const undecided = ({ key_user, end_user }: Named, { end_user: rule }: LiteLlmConfig): string | null =>
  rule === 'known' && key_user === null ? end_user : null;

/**
 * Returns who pays for a call, or null. The end user is chosen by the caller of the model, so it decides who pays only
 * if the configuration allows it.
 */
export function payerOf(named: Named, config: LiteLlmConfig, isKnown: (user_id: string) => boolean): string | null {
  const { key_user, end_user } = named;
  const open = undecided(named, config);
  if (config.end_user === 'always' && end_user !== null) return end_user;
  return key_user ?? (open !== null && isKnown(open) ? open : config.default_user);
}
