import { Card, SegmentedControl, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { rejectedLogs } from '../../api/admin/litellm.ts';
import type { LitellmRejectedStatus, RejectedLogView } from '../../api/schema.gen.ts';
import { defined } from '../../lib/defined.ts';
import { useFormat } from '../../lib/format.ts';
import { oneOf } from '../../lib/search.ts';
import type { Column } from '../../ui/column.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { OpenButton } from '../../ui/open-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Empty } from '../../ui/states.tsx';
import { LogPanel } from './litellm/log-panel.tsx';

const route = getRouteApi('/shell/admin/litellm');
const STATUSES = ['open', 'booked', 'discarded'] as const satisfies LitellmRejectedStatus[];

/** Finished work that LiteLLM reported and that could not be booked: assign it to a user, or discard it. */
export function LiteLlm() {
  const t = useTranslations('admin.litellm');
  const { status: given, log: opened } = route.useSearch();
  const status = oneOf(STATUSES, given) ?? 'open';
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(rejectedLogs(status));
  const log = query.data?.pages.flatMap(({ items }) => items).find(({ id }) => id === opened);
  const close = () => void navigate({ search: (now) => defined({ ...now, log: undefined }) });
  return (
    <Page title={t('title')} subtitle={t('subtitle')} isWide>
      <SegmentedControl
        aria-label={t('status')}
        data={STATUSES.map((value) => ({ value, label: t(`statuses.${value}`) }))}
        value={status}
        onChange={(value) =>
          void navigate({ search: defined({ status: value === 'open' ? undefined : value }), replace: true })
        }
        w="fit-content"
      />
      <Card padding={0}>
        <ListTable
          label={t('title')}
          query={query}
          columns={useColumns()}
          rowId={({ id }) => id}
          onOpen={({ id }) => void navigate({ search: (now) => ({ ...now, log: id }) })}
          empty={<Empty title={t(`none.${status}`)} text={t('noneText')} />}
        />
      </Card>
      {log && <LogPanel key={log.id} log={log} onClose={close} />}
    </Page>
  );
}

function useColumns(): Column<RejectedLogView>[] {
  const t = useTranslations('admin.litellm');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'reason',
        header: t('reason'),
        cell: ({ reason, detail }) => (
          <div className="clip">
            <OpenButton>{t(`reasons.${reason}`)}</OpenButton>
            <Text size="xs" c="dimmed" truncate>
              {detail}
            </Text>
          </div>
        ),
      },
      {
        id: 'user',
        header: t('namedUser'),
        isWideOnly: true,
        cell: (row) => <div className="clip">{row.named_user ?? t('nobody')}</div>,
      },
      {
        id: 'assigned',
        header: t('assignedTo'),
        isWideOnly: true,
        cell: (row) => <div className="clip">{row.assigned_to ?? '–'}</div>,
      },
      { id: 'time', header: t('received'), isNumber: true, cell: ({ created_at }) => format.minute(created_at) },
    ],
    [t, format],
  );
}
