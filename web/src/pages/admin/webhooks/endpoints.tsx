import { Text } from '@mantine/core';
import { IconWebhook } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { webhookEndpoints } from '../../../api/admin/webhooks.ts';
import type { WebhookEndpointView } from '../../../api/schema.gen.ts';
import { defined } from '../../../lib/defined.ts';
import { useFormat } from '../../../lib/format.ts';
import type { Column } from '../../../ui/column.ts';
import { ListTable } from '../../../ui/list-table.tsx';
import { OpenButton } from '../../../ui/open-button.tsx';
import { Empty } from '../../../ui/states.tsx';
import { EndpointPanel } from './endpoint-panel.tsx';
import { EndpointStatus } from './states.tsx';

const route = getRouteApi('/shell/admin/webhooks');

/** The endpoints, newest first; one opens with all that can be done with it. */
export function Endpoints() {
  const t = useTranslations('admin.webhooks');
  const { endpoint: open } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (id: string | undefined) =>
    void navigate({ search: (now) => defined({ ...now, endpoint: id }), resetScroll: false });
  const query = useInfiniteQuery(webhookEndpoints());
  const opened = query.data?.pages.flatMap(({ items }) => items).find(({ id }) => id === open);
  return (
    <>
      <ListTable
        label={t('tabs.endpoints')}
        query={query}
        columns={useColumns()}
        rowId={({ id }) => id}
        onOpen={({ id }) => show(id)}
        empty={<Empty icon={<IconWebhook aria-hidden />} title={t('none')} text={t('noneText')} />}
      />
      {opened && <EndpointPanel key={opened.id} endpoint={opened} onClose={() => show(undefined)} />}
    </>
  );
}

function useColumns(): Column<WebhookEndpointView>[] {
  const t = useTranslations('admin.webhooks');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'url',
        header: t('url'),
        cell: ({ url, description }) => (
          <div className="clip">
            <OpenButton>{url}</OpenButton>
            <Text size="xs" c="dimmed" truncate>
              {description}
            </Text>
          </div>
        ),
      },
      { id: 'status', header: t('status'), cell: (row) => <EndpointStatus endpoint={row} /> },
      {
        id: 'events',
        header: t('events'),
        isWideOnly: true,
        cell: ({ events }) => <div className="clip">{events.join(', ')}</div>,
      },
      {
        id: 'pending',
        header: t('waiting'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ pending }) => format.count(pending),
      },
    ],
    [t, format],
  );
}
