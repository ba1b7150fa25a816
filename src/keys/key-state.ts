import type { ApiKeyRow } from '../generated/rows.js';

/** Whether a key works. An expired or revoked key never works again unless its expiry is moved. */
export const KEY_STATUSES = ['active', 'paused', 'expired', 'revoked'] as const;
export type KeyStatus = (typeof KEY_STATUSES)[number];

type Times = Pick<ApiKeyRow, 'revoked_at' | 'expires_at' | 'paused_at'>;

/** Returns the status of a key at an instant. */
export function statusOf({ revoked_at, expires_at, paused_at }: Times, now: Date): KeyStatus {
  if (revoked_at !== null) return 'revoked';
  if (expires_at !== null && expires_at <= now) return 'expired';
  return paused_at === null ? 'active' : 'paused';
}
