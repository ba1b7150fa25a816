import { useTranslations } from 'use-intl';
import type { ApiKeyView } from '../../api/schema.gen.ts';
import { StatusBadge, type Tone } from '../status-badge.tsx';

const TONES: Record<ApiKeyView['status'], Tone> = {
  active: 'good',
  paused: 'waiting',
  expired: 'neutral',
  revoked: 'bad',
};

/** Whether a key works, in a word. */
export function KeyStatus({ status }: Pick<ApiKeyView, 'status'>) {
  const t = useTranslations('keys');
  return <StatusBadge tone={TONES[status]}>{t(`statuses.${status}`)}</StatusBadge>;
}
