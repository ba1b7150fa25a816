import { Card, Group, Progress, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { growth } from '../../../api/admin/growth.ts';
import type { GrowthGroupView } from '../../../api/schema.gen.ts';
import { type Day, dayBefore, todayIn } from '../../../lib/dates.ts';
import { useFormat } from '../../../lib/format.ts';
import type { Column } from '../../../ui/column.ts';
import { DaysInput } from '../../../ui/filters.tsx';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';

const MINUTE_S = 60;
const DAYS = 30;

interface OpeningsProps {
  /** First and last UTC day; both undefined for the last 30 days. */
  from: Day | undefined;
  to: Day | undefined;
  onChange: (days: { from: Day | undefined; to: Day | undefined }) => void;
}

/** How accounts were opened, and how many of them came how far. */
export function Openings({ from, to, onChange }: OpeningsProps) {
  const t = useTranslations('admin.growth');
  const last = to ?? todayIn('UTC');
  const days = { from: from ?? dayBefore(last, DAYS - 1), to: last };
  const query = useQuery(growth(days));
  return (
    <Card>
      <Group justify="space-between" align="start" mb="md">
        <div>
          <Title order={2}>{t('openings')}</Title>
          <Text size="sm" c="dimmed">
            {t('openingsText')}
          </Text>
        </div>
        <DaysInput {...days} onChange={onChange} isClearable={false} />
      </Group>
      <Loaded query={query} height={200}>
        {({ groups }) => <Groups groups={groups} />}
      </Loaded>
    </Card>
  );
}

function Groups({ groups }: { groups: GrowthGroupView[] }) {
  const t = useTranslations('admin.growth');
  const format = useFormat();
  const minutes = (seconds: number | null) =>
    seconds === null ? '' : t('minutes', { minutes: format.compact(Math.round((10 * seconds) / MINUTE_S) / 10) });
  const columns: Column<GrowthGroupView>[] = [
    { id: 'layer', header: t('layer'), cell: ({ layer }) => t(`layers.${layer}`) },
    { id: 'source', header: t('source'), cell: ({ source }) => source },
    { id: 'result', header: t('result'), isWideOnly: true, cell: ({ result }) => result && t(`results.${result}`) },
    { id: 'accounts', header: t('accounts'), isNumber: true, cell: ({ accounts }) => format.count(accounts) },
    { id: 'verified', header: t('verified'), cell: (row) => <Share of={row.accounts} are={row.email_verified} /> },
    { id: 'activated', header: t('activated'), cell: (row) => <Share of={row.accounts} are={row.activated} /> },
    { id: 'converted', header: t('converted'), cell: (row) => <Share of={row.accounts} are={row.converted} /> },
    {
      id: 'median',
      header: t('median'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ first_call_median_s }) => minutes(first_call_median_s),
    },
    {
      id: 'p90',
      header: t('p90'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ first_call_p90_s }) => minutes(first_call_p90_s),
    },
    { id: 'revenue', header: t('revenue'), isNumber: true, cell: ({ revenue }) => format.money(revenue, 'usd') },
  ];
  return (
    <SmallTable
      label={t('openings')}
      rows={groups}
      columns={columns}
      rowId={({ layer, source, result }) => `${layer} ${source} ${result ?? ''}`}
      empty={<Empty title={t('none')} text={t('noneText')} />}
    />
  );
}

/** A number with its share of all as a bar. */
function Share({ of, are }: { of: number; are: number }) {
  const format = useFormat();
  const percent = (100 * are) / Math.max(1, of);
  const text = `${format.count(are)} (${format.percent(percent)})`;
  return (
    <>
      <Text size="sm" miw="max-content">
        {text}
      </Text>
      <Progress value={percent} size="sm" aria-label={text} />
    </>
  );
}
