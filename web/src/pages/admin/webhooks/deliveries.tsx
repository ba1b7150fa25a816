import { Group, Select, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { webhookDeliveries, webhookEndpoints } from '../../../api/admin/webhooks.ts';
import type { WebhookDeliveryView } from '../../../api/schema.gen.ts';
import { endOfDay, startOfDay } from '../../../lib/dates.ts';
import { defined } from '../../../lib/defined.ts';
import { useFormat } from '../../../lib/format.ts';
import { oneOf } from '../../../lib/search.ts';
import { ClearFilters, DaysInput, SearchInput } from '../../../ui/filters.tsx';
import type { Column } from '../../../ui/column.ts';
import { ListTable } from '../../../ui/list-table.tsx';
import { OpenButton } from '../../../ui/open-button.tsx';
import { Empty } from '../../../ui/states.tsx';
import { DELIVERY_STATUSES, DeliveryStatus } from './states.tsx';

const route = getRouteApi('/shell/admin/webhooks');

/** What was sent to the endpoints, newest first. */
export function Deliveries() {
  const t = useTranslations('admin.webhooks');
  const { time_zone } = useFormat();
  const { endpoint_id, status, type, user_id, date_from, date_to } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(
    webhookDeliveries({
      endpoint_id,
      type,
      user_id,
      status: oneOf(DELIVERY_STATUSES, status),
      date_from: date_from && startOfDay(date_from, time_zone).toISOString(),
      date_to: date_to && endOfDay(date_to, time_zone).toISOString(),
    }),
  );
  return (
    <>
      <Filters />
      <ListTable
        label={t('tabs.deliveries')}
        query={query}
        columns={useColumns()}
        rowId={({ id }) => id}
        onOpen={({ id }) => void navigate({ search: (now) => ({ ...now, delivery: id }), resetScroll: false })}
        empty={<Empty title={t('noDeliveries')} text={t('noDeliveriesText')} />}
      />
    </>
  );
}

function Filters() {
  const t = useTranslations('admin.webhooks');
  const { endpoint_id, status, type, user_id, date_from, date_to } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }), replace: true });
  const { data } = useInfiniteQuery(webhookEndpoints());
  const endpoints = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Group p="md" gap="sm" role="search" aria-label={t('filter')}>
      <Select
        aria-label={t('endpoint')}
        placeholder={t('anyEndpoint')}
        clearable
        data={endpoints.map(({ id, url }) => ({ value: id, label: url }))}
        value={endpoint_id ?? null}
        onChange={(value) => change({ endpoint_id: value ?? undefined })}
        flex="1 1 220px"
      />
      <Select
        aria-label={t('status')}
        placeholder={t('anyStatus')}
        clearable
        data={DELIVERY_STATUSES.map((value) => ({ value, label: t(`deliveryStatuses.${value}`) }))}
        value={status ?? null}
        onChange={(value) => change({ status: value ?? undefined })}
        flex="1 1 130px"
      />
      <SearchInput label={t('type')} value={type} onChange={(text) => change({ type: text })} />
      <SearchInput label={t('account')} value={user_id} onChange={(text) => change({ user_id: text })} />
      <DaysInput
        key={`${date_from ?? ''} ${date_to ?? ''}`}
        from={date_from}
        to={date_to}
        onChange={({ from, to }) => change({ date_from: from, date_to: to })}
      />
      <ClearFilters
        isShown={[endpoint_id, status, type, user_id, date_from].some((value) => value !== undefined)}
        onClear={() => void navigate({ search: { tab: 'deliveries' }, replace: true })}
      />
    </Group>
  );
}

function useColumns(): Column<WebhookDeliveryView>[] {
  const t = useTranslations('admin.webhooks');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'type',
        header: t('type'),
        cell: ({ type, attempts }) => (
          <div className="clip">
            <OpenButton>{type}</OpenButton>
            <Text size="xs" c="dimmed" truncate>
              {attempts.at(-1)?.error}
            </Text>
          </div>
        ),
      },
      { id: 'status', header: t('status'), cell: ({ status }) => <DeliveryStatus status={status} /> },
      {
        id: 'account',
        header: t('account'),
        isWideOnly: true,
        cell: ({ user_id, sequence }) => (
          <div className="clip">
            {user_id} #{sequence}
          </div>
        ),
      },
      {
        id: 'tries',
        header: t('attempts'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ tries }) => format.count(tries),
      },
      {
        id: 'queued',
        header: t('queued'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ created_at }) => format.second(created_at),
      },
    ],
    [t, format],
  );
}
