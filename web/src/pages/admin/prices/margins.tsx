import { Card, Group, SegmentedControl, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { margins, type MarginGroup } from '../../../api/admin/prices.ts';
import type { MarginView } from '../../../api/schema.gen.ts';
import { type AmountText, isNegative, isZero, sumOf } from '../../../lib/amount.ts';
import { dayBefore, todayIn } from '../../../lib/dates.ts';
import { defined } from '../../../lib/defined.ts';
import { useFormat } from '../../../lib/format.ts';
import { oneOf } from '../../../lib/search.ts';
import { Amount, Cents } from '../../../ui/amount.tsx';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';

const route = getRouteApi('/shell/admin/prices');
const GROUPS = ['model', 'provider', 'service'] as const satisfies MarginGroup[];
const DAYS = ['1', '7', '30', '90'] as const;

/** What each model, provider or service earns, the one that costs most money first. */
export function Margins() {
  const t = useTranslations('admin.prices.margins');
  const { group_by, days } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }), replace: true });
  const group = oneOf(GROUPS, group_by) ?? 'model';
  const span = oneOf(DAYS, days) ?? '30';
  const query = useQuery(margins(group, dayBefore(todayIn('UTC'), Number(span) - 1)));
  return (
    <Card padding={0}>
      <Group p="md" gap="sm" justify="space-between">
        <SegmentedControl
          aria-label={t('groupBy')}
          data={GROUPS.map((value) => ({ value, label: t(`groups.${value}`) }))}
          value={group}
          onChange={(value) => change({ group_by: value === 'model' ? undefined : value })}
        />
        <Select
          aria-label={t('days')}
          allowDeselect={false}
          data={DAYS.map((value) => ({ value, label: t('lastDays', { days: Number(value) }) }))}
          value={span}
          onChange={(value) => change({ days: value === '30' ? undefined : (value ?? undefined) })}
          w={180}
        />
      </Group>
      <Loaded query={query} height={420}>
        {(rows) => <MarginTable rows={rows} group={group} />}
      </Loaded>
    </Card>
  );
}

function MarginTable({ rows, group }: { rows: MarginView[]; group: MarginGroup }) {
  const t = useTranslations('admin.prices.margins');
  const columns = useColumns(group);
  const total = (pick: (row: MarginView) => AmountText) => sumOf(rows.map(pick));
  const losing = rows.filter(({ margin }) => isNegative(margin)).length;
  return (
    <>
      <Text size="sm" c="dimmed" px="md" pb="sm" role="status">
        {t.rich('summary', {
          charged: () => <Cents value={total(({ charged_cost }) => charged_cost)} />,
          cost: () => <Cents value={total(({ provider_cost }) => provider_cost)} />,
          margin: () => <Cents value={total(({ margin }) => margin)} />,
          losing,
        })}
      </Text>
      <SmallTable
        label={t('title')}
        rows={rows}
        columns={columns}
        rowId={(row) => row.group ?? ''}
        empty={<Empty title={t('none')} text={t('noneText')} />}
      />
    </>
  );
}

function useColumns(group: MarginGroup): Column<MarginView>[] {
  const t = useTranslations('admin.prices.margins');
  const format = useFormat();
  return [
    {
      id: 'group',
      header: t(`group.${group}`),
      cell: (row) => (
        <div className="clip clip-short">
          <Text size="sm" truncate>
            {row.group ?? t('noModel')}
          </Text>
          <Marks row={row} />
        </div>
      ),
    },
    { id: 'calls', header: t('calls'), isNumber: true, isWideOnly: true, cell: (row) => format.count(row.event_count) },
    {
      id: 'tokens',
      header: t('tokens'),
      isNumber: true,
      isWideOnly: true,
      cell: (row) => format.count(row.tokens_used),
    },
    {
      id: 'charged',
      header: t('charged'),
      isNumber: true,
      isWideOnly: true,
      cell: (row) => <Amount value={row.charged_cost} />,
    },
    {
      id: 'cost',
      header: t('cost'),
      isNumber: true,
      isWideOnly: true,
      cell: (row) => <Amount value={row.provider_cost} />,
    },
    {
      id: 'margin',
      header: t('margin'),
      isNumber: true,
      cell: ({ margin }) => (
        <span className={isNegative(margin) ? 'amount-bad' : undefined}>
          <Amount value={margin} />
        </span>
      ),
    },
    {
      id: 'percent',
      header: t('percent'),
      isNumber: true,
      cell: ({ charged_cost, margin_percent }) =>
        isZero(charged_cost) ? '–' : format.percent(Number(margin_percent), 2),
    },
  ];
}

/** What makes the margin of a row unsure. */
function Marks({ row }: { row: MarginView }) {
  const t = useTranslations('admin.prices.margins');
  if (row.unrated_events === 0 && row.held_back === null && !isNegative(row.margin)) return null;
  return (
    <Group gap={4}>
      {isNegative(row.margin) && <StatusBadge tone="bad">{t('losing')}</StatusBadge>}
      {row.unrated_events > 0 && (
        <StatusBadge tone="waiting">{t('unrated', { count: row.unrated_events })}</StatusBadge>
      )}
      {row.held_back !== null && (
        <span title={row.held_back}>
          <StatusBadge tone="waiting">{t('heldBack')}</StatusBadge>
        </span>
      )}
    </Group>
  );
}
