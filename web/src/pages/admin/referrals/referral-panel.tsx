import { Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { referral, revokeReferral } from '../../../api/admin/referrals.ts';
import type { ReferralView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Amount } from '../../../ui/amount.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { ReferralBadge } from '../../../ui/referral-badge.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { Loaded } from '../../../ui/states.tsx';

/** A referral, and the way to revoke it. */
export function ReferralPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslations('admin.referrals');
  const query = useQuery(referral(id));
  return (
    <SidePanel isOpen onClose={onClose} title={t('referral')}>
      <Loaded query={query} height={320}>
        {(shown) => <Referral referral={shown} />}
      </Loaded>
    </SidePanel>
  );
}

function Referral({ referral: { id, state, ...shown } }: { referral: ReferralView }) {
  const t = useTranslations('admin.referrals');
  const format = useFormat();
  const minute = (time: string | null) => time && format.minute(time);
  return (
    <Stack>
      {(state === 'pending' || state === 'rewarded') && (
        <Group justify="end">
          <ConfirmedAction
            label={t('revoke')}
            question={t(state === 'pending' ? 'revokePending' : 'revokeRewarded')}
            action={() => revokeReferral(id)}
            done={t('revoked')}
            isDangerous
          />
        </Group>
      )}
      <Facts
        facts={[
          [t('invited'), shown.user_id],
          [t('by'), shown.referrer_id],
          [t('state'), <ReferralBadge key="state" state={state} />],
          [t('reason'), shown.reason],
          [t('reward'), <Amount key="reward" value={shown.reward} withUnit />],
          [t('referredCredits'), <Amount key="credits" value={shown.referred_credits} withUnit />],
          [t('minPaid'), format.money(shown.min_paid, 'usd')],
          [t('since'), minute(shown.created_at)],
          [t('rewardedAt'), minute(shown.rewarded_at)],
          [t('closedAt'), minute(shown.closed_at)],
        ]}
      />
    </Stack>
  );
}
