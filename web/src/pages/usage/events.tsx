import { Badge, Button, Card, Group, SegmentedControl, Text, Title } from '@mantine/core';
import { IconListSearch, IconX } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { sizeOf } from '../../api/paging.ts';
import type { UsageEventView, UsageSeriesView } from '../../api/schema.gen.ts';
import { type EventFilters, usageEvents } from '../../api/usage.ts';
import { dayIn } from '../../lib/dates.ts';
import { useFormat } from '../../lib/format.ts';
import { chargesWithoutUsage, endOfBucket } from '../../lib/usage-series.ts';
import { Amount } from '../../ui/amount.tsx';
import { AnchorLink } from '../../ui/links.tsx';
import type { Column } from '../../ui/column.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { OpenButton } from '../../ui/open-button.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useSeriesFormat } from '../../ui/usage-labels.ts';
import { STATUSES, type UsageChoice } from './choice.ts';

interface EventsProps {
  view: UsageSeriesView;
  choice: UsageChoice;
}

/** The calls of the range, or of the bar and group that were chosen. A charged one opens its receipt. */
export function Events({ view, choice }: EventsProps) {
  const t = useTranslations('usage');
  const query = useInfiniteQuery(usageEvents(filtersOf(view, choice)));
  const columns = useColumns();
  const { status, set, openReceipt, openEvent } = choice;
  return (
    <Card padding={0}>
      <Group justify="space-between" p="lg" pb="sm">
        <div>
          <Title order={2}>{t('events')}</Title>
          <Scope view={view} choice={choice} total={sizeOf(query.data)} />
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t('outcome')}
          data={[
            { value: 'all', label: t('all') },
            ...STATUSES.map((value) => ({ value, label: t(`outcomes.${value}`) })),
          ]}
          value={status ?? 'all'}
          onChange={(next) => set({ status: next === 'all' ? undefined : next })}
        />
      </Group>
      <WithoutUsage view={view} choice={choice} />
      <ListTable
        label={t('events')}
        query={query}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id, transaction_id }) => (transaction_id === null ? openEvent(id) : openReceipt(transaction_id))}
        empty={<Empty icon={<IconListSearch aria-hidden />} title={t('noEvents')} text={t('noEventsText')} />}
      />
    </Card>
  );
}

/** @returns the filters of the opened bar and the chosen group */
function filtersOf(view: UsageSeriesView, { order, at, group, groupBy, status }: UsageChoice): EventFilters {
  const isBucket = at !== undefined && view.buckets.includes(at);
  return {
    from: isBucket ? at : order.from,
    to: isBucket ? endOfBucket(view, at) : order.to,
    tz: order.tz,
    ...(group !== undefined && isNamed(view, group) && { [groupBy]: group }),
    status,
  };
}

const isNamed = (view: UsageSeriesView, group: string): boolean =>
  view.groups.some((known) => known.kind === 'usage' && known.group === group);

/** Says which calls are shown, and takes the choice back. */
function Scope({ view, choice, total }: EventsProps & { total: number | null }) {
  const t = useTranslations('usage');
  const { at, group, order, set } = choice;
  const { formatLongTime } = useSeriesFormat(order.granularity, 'calls');
  const isBucket = at !== undefined && view.buckets.includes(at);
  return (
    <Group gap="xs">
      {total !== null && (
        <Text size="sm" c="dimmed" role="status">
          {t('eventCount', { count: total })}
        </Text>
      )}
      {isBucket && <Chip label={formatLongTime(at)} onRemove={() => set({ at: undefined })} />}
      {group !== undefined && isNamed(view, group) && <Chip label={group} onRemove={() => set({ group: undefined })} />}
    </Group>
  );
}

function Chip({ label, onRemove }: { label: string; onRemove: () => void }) {
  const t = useTranslations('usage');
  return (
    <Button
      variant="light"
      size="compact-xs"
      rightSection={<IconX size={12} aria-hidden />}
      onClick={onRemove}
      aria-label={t('removeFilter', { filter: label })}
    >
      {label}
    </Button>
  );
}

/** Charges that came without a record of work are in no list of calls, but in the ledger. */
function WithoutUsage({ view, choice }: EventsProps) {
  const t = useTranslations('usage');
  const format = useFormat();
  const { order, at, group } = choice;
  const charges = chargesWithoutUsage(view, at);
  if (!charges || group !== undefined) return null;
  const isBucket = at !== undefined && view.buckets.includes(at);
  const search = {
    transaction_type: 'usage',
    date_from: isBucket ? dayIn(order.tz, new Date(at)) : order.from,
    date_to: isBucket ? dayIn(order.tz, new Date(Date.parse(endOfBucket(view, at)) - 1)) : order.to,
  };
  return (
    <Text size="sm" c="dimmed" px="lg" pb="sm">
      {t('withoutUsage', { count: charges.charges, amount: format.exact(charges.credits) })}{' '}
      <AnchorLink to="/transactions" search={search} size="sm" underline="always">
        {t('showInLedger')}
      </AnchorLink>
    </Text>
  );
}

function useColumns(): Column<UsageEventView>[] {
  const t = useTranslations('usage');
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'what', header: t('group.model'), cell: (event) => <What event={event} /> },
      { id: 'when', header: t('when'), isWideOnly: true, cell: ({ occurred_at }) => format.second(occurred_at) },
      {
        id: 'tokens',
        header: t('chart.tokens'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ tokens_used }) => format.count(tokens_used),
      },
      { id: 'state', header: t('outcome'), isWideOnly: true, cell: (event) => <Outcome event={event} /> },
      { id: 'credits', header: t('chart.credits'), isNumber: true, cell: (event) => <Charge event={event} /> },
    ],
    [t, format],
  );
}

function What({ event: { model, service, occurred_at } }: { event: UsageEventView }) {
  const format = useFormat();
  return (
    <div className="clip">
      <OpenButton>{model ?? service}</OpenButton>
      <Text size="xs" c="dimmed" truncate>
        <span className="narrow-only">{format.minute(occurred_at)} · </span>
        {service}
      </Text>
    </div>
  );
}

function Outcome({ event: { succeeded, is_rated } }: { event: UsageEventView }) {
  const t = useTranslations('usage');
  if (!succeeded) return <StatusBadge tone="bad">{t('outcomes.failed')}</StatusBadge>;
  if (!is_rated) return <StatusBadge tone="waiting">{t('provisional')}</StatusBadge>;
  return <StatusBadge tone="good">{t('outcomes.succeeded')}</StatusBadge>;
}

/** What the call cost the account; work that was not charged says so instead of showing its price. */
function Charge({ event: { transaction_id, is_free_tier, total_cost } }: { event: UsageEventView }) {
  const t = useTranslations('usage');
  if (transaction_id !== null && !is_free_tier) return <Amount value={total_cost} />;
  return (
    <Badge variant="light" color="gray" tt="none">
      {is_free_tier ? t('free') : t('notCharged')}
    </Badge>
  );
}
