import type { LiteLlmConfig } from '../../platform/litellm-config.js';
import { canonicalUserId } from '../../platform/user-id.js';
import { type LogExcerpt } from './log-excerpt.js';

/** Whom a log names: the user of the key that was used, and whom the caller of the model named. */
export interface Named {
  key_user: string | null;
  end_user: string | null;
}

/** What programs write where there is nobody. */
const NOBODY = new Set(['', 'none', 'null', 'nan', 'undefined', 'default_user_id']);

/** A name, as far as it is one: what stands for nobody, and documents that clients send for a name, are none. */
export function nameOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const word = value.trim().toLowerCase();
  return NOBODY.has(word) || word.startsWith('{') || word.startsWith('[') ? null : canonicalUserId(value);
}

/** Whom a log names. */
export function namedIn({ end_user, metadata }: LogExcerpt): Named {
  return {
    key_user: nameOf(metadata['user_api_key_user_id']),
    end_user: nameOf(end_user) ?? nameOf(metadata['user_api_key_end_user_id']),
  };
}

/** The end user whose account decides who pays; null when it decides nothing. */
export const undecided = ({ key_user, end_user }: Named, { end_user: rule }: LiteLlmConfig): string | null =>
  rule === 'known' && key_user === null ? end_user : null;

/**
 * Who pays for a call; null when nobody does. The end user is the word of whoever called the model, who must not choose
 * who pays unless the platform says so.
 */
export function payerOf(named: Named, config: LiteLlmConfig, isKnown: (user_id: string) => boolean): string | null {
  const { key_user, end_user } = named;
  const open = undecided(named, config);
  if (config.end_user === 'always' && end_user !== null) return end_user;
  return key_user ?? (open !== null && isKnown(open) ? open : config.default_user);
}
