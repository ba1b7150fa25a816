import { Button, Card, Group, Text, Title } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { UsageSeriesView } from '../../api/schema.gen.ts';
import { percentOf } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { keyOfGroup, nameOfGroup } from '../../lib/usage-series.ts';
import { Amount } from '../../ui/amount.tsx';
import type { Column } from '../../ui/column.ts';
import { OpenButton } from '../../ui/open-button.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { useGroupNames } from '../../ui/usage-labels.ts';
import type { UsageChoice } from './choice.ts';

type SpendingGroupView = UsageSeriesView['groups'][number];

/** The sums by model, service or provider. A click singles one out, in the chart and in the calls below. */
export function Breakdown({ view, choice }: { view: UsageSeriesView; choice: UsageChoice }) {
  const t = useTranslations('usage');
  const { group, groupBy, set } = choice;
  const toggle = (row: SpendingGroupView): void =>
    set({ group: keyOfGroup(row) === group ? undefined : keyOfGroup(row) });
  const columns = useColumns(view, group);
  return (
    <Card padding={0} h="100%">
      <Group justify="space-between" p="lg" pb="xs">
        <Title order={2}>{t(`by.${groupBy}`)}</Title>
        {group !== undefined && (
          <Button variant="subtle" size="compact-sm" onClick={() => set({ group: undefined })}>
            {t('showAll')}
          </Button>
        )}
      </Group>
      <div className="breakdown">
        <SmallTable
          label={t(`by.${groupBy}`)}
          rows={view.groups}
          columns={columns}
          rowId={keyOfGroup}
          onOpen={toggle}
          empty={t('noUsage')}
        />
      </div>
    </Card>
  );
}

function useColumns(view: UsageSeriesView, chosen: string | undefined): Column<SpendingGroupView>[] {
  const t = useTranslations('usage');
  const format = useFormat();
  const names = useGroupNames();
  return [
    {
      id: 'name',
      header: t('name'),
      cell: (row) => (
        <div className="clip">
          <OpenButton>
            <Text size="sm" component="span" fw={keyOfGroup(row) === chosen ? 650 : 400}>
              {nameOfGroup(row, names)}
            </Text>
          </OpenButton>
        </div>
      ),
    },
    {
      id: 'calls',
      header: t('chart.calls'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ total }) => format.count(total.event_count),
    },
    {
      id: 'tokens',
      header: t('chart.tokens'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ total }) => format.count(total.tokens_used),
    },
    {
      id: 'credits',
      header: t('chart.credits'),
      isNumber: true,
      cell: ({ total }) => <Amount value={total.credits} />,
    },
    {
      id: 'share',
      header: t('share'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ total }) => format.percent(percentOf(total.credits, view.total.credits) ?? 0),
    },
  ];
}
