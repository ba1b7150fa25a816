import type { AccountStatus } from '../../../api/schema.gen.ts';
import type { Tone } from '../../../ui/status-badge.tsx';

export const ACCOUNT_STATUSES = ['active', 'suspended', 'closed', 'erasing'] as const satisfies AccountStatus[];

export const ACCOUNT_TONES: Record<AccountStatus, Tone> = {
  active: 'good',
  suspended: 'bad',
  closed: 'neutral',
  erasing: 'waiting',
};
