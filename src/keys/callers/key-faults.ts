import { DomainError } from '../../platform/errors.js';
import type { KnownKey } from './known-keys.js';
import { statusOf } from '../key-state.js';

/** Returns why a secret does not work at an instant (milliseconds) and from an address; null if it works. */
export function keyFault({ key, is_previous, admits }: KnownKey, address: string, now_ms: number): DomainError | null {
  const status = statusOf(key, new Date(now_ms));
  if (status === 'revoked') return refusal('key_revoked', 'The API key is revoked. Create a new one.');
  if (status === 'expired') return refusal('key_expired', `The API key ${key.name} has expired. Create a new one.`);
  if (is_previous && now_ms >= (key.previous_expires_at?.getTime() ?? 0)) {
    const detail = `This secret of the API key ${key.name} was replaced. Use the one that starts with ${key.start}.`;
    return refusal('key_rotated', detail, { start: key.start });
  }
  if (status === 'paused') {
    const { paused_reason } = key;
    const reason = paused_reason === null ? '.' : `: ${paused_reason}`;
    return new DomainError('forbidden', 'key_paused', `The API key ${key.name} is paused${reason}`, { paused_reason });
  }
  if (admits(address)) return null;
  const detail = `The API key ${key.name} cannot be used from the address ${address}.`;
  return new DomainError('forbidden', 'key_address_not_allowed', detail, { address });
}

const refusal = (code: string, message: string, extra = {}): DomainError =>
  new DomainError('unauthenticated', code, message, extra);
