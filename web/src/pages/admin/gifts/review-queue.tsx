import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { giftReviews } from '../../../api/admin/gifts.ts';
import { api, bodyOf } from '../../../api/client.ts';
import type { GiftReviewView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Amount } from '../../../ui/amount.tsx';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';

/** Accounts whose gifts were lowered and that an honest person could have. */
export function ReviewQueue() {
  const t = useTranslations('admin.gifts');
  const query = useQuery(giftReviews());
  const columns = useColumns();
  return (
    <Loaded query={query} height={200}>
      {(reviews) => (
        <SmallTable
          label={t('reviews')}
          rows={reviews}
          columns={columns}
          rowId={({ user_id }) => user_id}
          empty={<Empty title={t('noReviews')} text={t('noReviewsText')} />}
        />
      )}
    </Loaded>
  );
}

function useColumns(): Column<GiftReviewView>[] {
  const t = useTranslations('admin.gifts');
  const reason = useTranslations('admin.gifts.reason');
  const format = useFormat();
  return [
    { id: 'user', header: t('user'), cell: ({ user_id }) => user_id },
    { id: 'why', header: t('why'), cell: ({ reasons }) => reasons.map((one) => reason(one)).join(' ') },
    { id: 'withheld', header: t('withheld'), cell: ({ withheld }) => <Amount value={withheld} />, isNumber: true },
    { id: 'at', header: t('checkedAt'), cell: ({ checked_at }) => format.minute(checked_at), isWideOnly: true },
    { id: 'decide', header: t('decide'), cell: ({ user_id }) => <Decision user_id={user_id} /> },
  ];
}

function Decision({ user_id }: { user_id: string }) {
  const t = useTranslations('admin.gifts');
  const params = { params: { path: { user_id } } };
  return (
    <Group gap="xs" wrap="nowrap">
      <ConfirmedAction
        label={t('clear')}
        question={t('clearQuestion', { user: user_id })}
        done={t('cleared')}
        button={{ size: 'xs' }}
        action={() => bodyOf(api.POST('/api/v1/admin/gift-reviews/{user_id}/clear', params))}
      />
      <ConfirmedAction
        label={t('confirm')}
        question={t('confirmQuestion', { user: user_id })}
        done={t('confirmed')}
        isDangerous
        button={{ size: 'xs' }}
        action={() => bodyOf(api.POST('/api/v1/admin/gift-reviews/{user_id}/confirm', params))}
      />
    </Group>
  );
}
