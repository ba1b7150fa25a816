import { Button, Group, Select, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { paymentEvents } from '../../../api/admin/payments.ts';
import { api } from '../../../api/client.ts';
import type { PaymentEventState, PaymentEventView } from '../../../api/schema.gen.ts';
import { dashboardConfig } from '../../../auth/config.ts';
import { defined } from '../../../lib/defined.ts';
import { useFormat } from '../../../lib/format.ts';
import { oneOf } from '../../../lib/search.ts';
import type { Column } from '../../../ui/column.ts';
import { ListTable } from '../../../ui/list-table.tsx';
import { Empty, useMessageOf } from '../../../ui/states.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { EVENT_TONES } from './tones.ts';

const route = getRouteApi('/shell/admin/payments');
const STATES = ['failed', 'waiting', 'received', 'applied', 'ignored'] as const satisfies PaymentEventState[];
const CAN_RETRY: readonly PaymentEventState[] = ['failed', 'waiting'];

/** Messages of the payment provider, with a retry for those that were not applied. */
export function PaymentEvents() {
  const t = useTranslations('admin.payments');
  const terms = useTranslations();
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const isOn = dashboardConfig.features.payments;
  const query = useInfiniteQuery({ ...paymentEvents(oneOf(STATES, state)), enabled: isOn });
  const columns = useColumns();
  if (!isOn) return <Empty title={t('off')} text={t('offText')} />;
  return (
    <>
      <Group p="md">
        <Select
          aria-label={t('state')}
          placeholder={t('anyState')}
          clearable
          data={STATES.map((value) => ({ value, label: terms(`eventState.${value}`) }))}
          value={state ?? null}
          onChange={(value) =>
            void navigate({ search: (now) => defined({ ...now, state: value ?? undefined }), replace: true })
          }
        />
      </Group>
      <ListTable
        label={t('tabs.events')}
        query={query}
        columns={columns}
        rowId={({ event_id }) => event_id}
        empty={<Empty title={t('noEvents')} text={t('noEventsText')} />}
      />
    </>
  );
}

function useColumns(): Column<PaymentEventView>[] {
  const t = useTranslations('admin.payments');
  const terms = useTranslations();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'type',
        header: t('event'),
        cell: ({ type, detail }) => (
          <div className="clip">
            <Text size="sm" truncate>
              {type}
            </Text>
            {detail !== null && (
              <Text size="xs" c="dimmed" truncate title={detail}>
                {detail}
              </Text>
            )}
          </div>
        ),
      },
      {
        id: 'user',
        header: t('account'),
        isWideOnly: true,
        cell: ({ user_id }) => <div className="clip">{user_id ?? '–'}</div>,
      },
      {
        id: 'state',
        header: t('state'),
        cell: ({ state }) => <StatusBadge tone={EVENT_TONES[state]}>{terms(`eventState.${state}`)}</StatusBadge>,
      },
      {
        id: 'attempts',
        header: t('attempts'),
        isNumber: true,
        isWideOnly: true,
        cell: (row) => format.count(row.attempts),
      },
      {
        id: 'time',
        header: t('time'),
        isNumber: true,
        isWideOnly: true,
        cell: (row) => format.minute(row.occurred_at),
      },
      { id: 'retry', header: t('actions'), isNumber: true, cell: (event) => <Retry event={event} /> },
    ],
    [t, terms, format],
  );
}

function Retry({ event: { event_id, state } }: { event: PaymentEventView }) {
  const t = useTranslations('admin.payments');
  const messageOf = useMessageOf();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => api.POST('/api/v1/payments/events/{event_id}/retry', { params: { path: { event_id } } }),
    onSuccess: () => notifications.show({ message: t('retried') }),
    onError: (error) => notifications.show({ color: 'red', title: t('retryFailed'), message: messageOf(error) }),
    onSettled: () => queries.invalidateQueries(),
  });
  if (!CAN_RETRY.includes(state)) return null;
  return (
    <Button size="compact-sm" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
      {t('retry')}
    </Button>
  );
}
