import { Button, Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { unratedWork } from '../../../api/admin/prices.ts';
import { api, bodyOf } from '../../../api/client.ts';
import type { ReratedModelView, ReratingView, UnratedView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { Amount } from '../../../ui/amount.tsx';
import type { Column } from '../../../ui/column.ts';
import { PreviewedAction } from '../../../ui/previewed-action.tsx';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';
import { PriceListCheck } from './price-list-check.tsx';

const route = getRouteApi('/shell/admin/prices');

/** Work that was charged provisionally because its price is unknown, and what re-rating would book. */
export function Unrated() {
  const t = useTranslations('admin.prices.unrated');
  const query = useQuery(unratedWork());
  return (
    <Stack>
      <Card>
        <Title order={2}>{t('title')}</Title>
        <Text size="sm" c="dimmed" mb="md">
          {t('text')}
        </Text>
        <Loaded query={query} height={220}>
          {(rows) => <Work rows={rows} />}
        </Loaded>
      </Card>
      <Rerating />
      <PriceListCheck />
    </Stack>
  );
}

function Work({ rows }: { rows: UnratedView[] }) {
  const t = useTranslations('admin.prices.unrated');
  const format = useFormat();
  const navigate = route.useNavigate();
  const columns: Column<UnratedView>[] = [
    { id: 'model', header: t('model'), cell: ({ service, model }) => model ?? t('noModel', { service }) },
    { id: 'events', header: t('events'), isNumber: true, cell: ({ event_count }) => format.count(event_count) },
    { id: 'cost', header: t('provisional'), isNumber: true, cell: ({ total_cost }) => <Amount value={total_cost} /> },
    {
      id: 'last',
      header: t('lastSeen'),
      isNumber: true,
      isWideOnly: true,
      cell: (row) => format.relative(row.last_seen),
    },
    {
      id: 'price',
      header: t('price'),
      isNumber: true,
      cell: ({ model }) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() =>
            void navigate({ search: (now) => ({ ...now, panel: 'new', ...(model !== null && { model }) }) })
          }
        >
          {t('setPrice')}
        </Button>
      ),
    },
  ];
  return (
    <SmallTable
      label={t('title')}
      rows={rows}
      columns={columns}
      rowId={({ service, model }) => `${service} ${model ?? ''}`}
      empty={<Empty title={t('none')} text={t('noneText')} />}
    />
  );
}

function Rerating() {
  const t = useTranslations('admin.prices.rerating');
  return (
    <PreviewedAction
      title={t('title')}
      text={t('text')}
      previewLabel={t('preview')}
      label={t('submit')}
      question={t('question')}
      done={t('done')}
      run={(preview) => bodyOf(api.POST('/api/v1/pricing/rerate', { params: { query: { preview } } }))}
    >
      {(report) => <Preview report={report} />}
    </PreviewedAction>
  );
}

function Preview({ report }: { report: ReratingView }) {
  const t = useTranslations('admin.prices.rerating');
  const format = useFormat();
  const columns: Column<ReratedModelView>[] = [
    { id: 'model', header: t('model'), cell: ({ service, model }) => model ?? service },
    { id: 'events', header: t('events'), isNumber: true, cell: ({ events }) => format.count(events) },
    { id: 'before', header: t('before'), isNumber: true, cell: ({ before }) => <Amount value={before} /> },
    { id: 'after', header: t('after'), isNumber: true, cell: ({ after }) => <Amount value={after} /> },
    { id: 'booked', header: t('booked'), isNumber: true, cell: ({ booked }) => <Amount value={booked} isChange /> },
  ];
  return (
    <Stack mt="md" gap="xs" role="status">
      <Text size="sm">{t('summary', { events: report.events, unrated: report.unrated })}</Text>
      <SmallTable
        label={t('title')}
        rows={report.models}
        columns={columns}
        rowId={({ service, model }) => `${service} ${model ?? ''}`}
        empty={t('nothing')}
      />
    </Stack>
  );
}
