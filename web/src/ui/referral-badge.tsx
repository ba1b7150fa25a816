import { useTranslations } from 'use-intl';
import type { ReferralState } from '../api/schema.gen.ts';
import { StatusBadge } from './status-badge.tsx';

const TONES = { pending: 'waiting', rewarded: 'good', taken_back: 'bad', refused: 'neutral' } as const;

/** What became of the reward for an invited user. */
export function ReferralBadge({ state }: { state: ReferralState }) {
  const t = useTranslations('invite.states');
  return <StatusBadge tone={TONES[state]}>{t(state)}</StatusBadge>;
}
