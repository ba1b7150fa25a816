import type { ApiKeyRow } from '../generated/rows.js';
import type { ApiKeyView } from './api-keys.dto.js';
import { statusOf } from './key-state.js';

/** Returns the key as the API shows it; the columns of its digests are not sent. */
export const viewOf = (key: ApiKeyRow, now: Date): ApiKeyView => ({ ...key, status: statusOf(key, now) });
