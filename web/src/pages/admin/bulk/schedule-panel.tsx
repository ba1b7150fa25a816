import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { grantRuns, nextGrants, scheduledGrant } from '../../../api/admin/bulk.ts';
import { api } from '../../../api/client.ts';
import type { OccurrenceView, ScheduledGrantRunView, ScheduledGrantView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Amount } from '../../../ui/amount.tsx';
import type { Column } from '../../../ui/column.ts';
import { Facts } from '../../../ui/facts.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Loaded } from '../../../ui/states.tsx';
import { StatusBadge } from '../../../ui/status-badge.tsx';
import { SCHEDULE_TONES } from './scheduled-grants.tsx';

/** A scheduled grant: its terms, what comes next, what was booked; pause, resume or remove it. */
export function SchedulePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(scheduledGrant(id));
  return (
    <SidePanel size="lg" isOpen onClose={onClose} title={query.data?.name ?? ''}>
      <Loaded query={query} height={480}>
        {(schedule) => <Schedule schedule={schedule} onRemoved={onClose} />}
      </Loaded>
    </SidePanel>
  );
}

function Schedule({ schedule, onRemoved }: { schedule: ScheduledGrantView; onRemoved: () => void }) {
  const t = useTranslations('admin.bulk.schedules');
  const terms = useTranslations();
  const format = useFormat();
  const { state, tier, user_id, ends_on, expires_after_days } = schedule;
  return (
    <Stack gap="lg">
      <Decisions schedule={schedule} onRemoved={onRemoved} />
      <Facts
        facts={[
          [
            t('state'),
            <StatusBadge key="state" tone={SCHEDULE_TONES[state]}>
              {t(`states.${state}`)}
            </StatusBadge>,
          ],
          [t('receiver'), tier === null ? user_id : t('ofPlan', { plan: tier })],
          [t('amount'), <Amount key="amount" value={schedule.amount} />],
          [t('source'), terms(`grantSource.${schedule.source}`)],
          [t('reason'), schedule.reason ?? '–'],
          [t('every'), t(`intervals.${schedule.every}`)],
          [t('startsOn'), format.calendarDay(schedule.starts_on)],
          [t('endsOn'), ends_on === null ? t('noEnd') : format.calendarDay(ends_on)],
          [t('time'), `${schedule.time_of_day} (${schedule.timezone})`],
          [t('expires'), expires_after_days === null ? t('never') : t('afterDays', { days: expires_after_days })],
          [t('createdBy'), schedule.created_by],
        ]}
      />
      <Next id={schedule.id} />
      <Runs id={schedule.id} />
    </Stack>
  );
}

function Decisions({
  schedule: { id, name, state },
  onRemoved,
}: {
  schedule: ScheduledGrantView;
  onRemoved: () => void;
}) {
  const t = useTranslations('admin.bulk.schedules');
  const params = { path: { id } };
  return (
    <Group justify="end">
      {state === 'active' && (
        <ConfirmedAction
          label={t('pause')}
          question={t('pauseQuestion', { name })}
          done={t('paused')}
          action={() => api.POST('/api/v1/admin/scheduled-grants/{id}/pause', { params })}
        />
      )}
      {state === 'paused' && (
        <ConfirmedAction
          label={t('resume')}
          question={t('resumeQuestion', { name })}
          done={t('resumed')}
          action={() => api.POST('/api/v1/admin/scheduled-grants/{id}/resume', { params })}
        />
      )}
      <ConfirmedAction
        label={t('remove')}
        question={t('removeQuestion', { name })}
        done={t('removed')}
        isDangerous
        action={async () => {
          await api.DELETE('/api/v1/admin/scheduled-grants/{id}', { params });
          onRemoved();
        }}
      />
    </Group>
  );
}

function Next({ id }: { id: string }) {
  const t = useTranslations('admin.bulk.schedules');
  const query = useQuery(nextGrants(id));
  return (
    <section>
      <Title order={3} mb="xs">
        {t('nextRuns')}
      </Title>
      <Loaded query={query} height={200}>
        {({ next_runs, accounts }) => (
          <>
            <Text size="sm" c="dimmed" mb="xs">
              {t('accountsNow', { count: accounts })}
            </Text>
            <Occurrences rows={next_runs} />
          </>
        )}
      </Loaded>
    </section>
  );
}

/** Occurrences to come. */
export function Occurrences({ rows }: { rows: OccurrenceView[] }) {
  const t = useTranslations('admin.bulk.schedules');
  const format = useFormat();
  const columns: Column<OccurrenceView>[] = [
    { id: 'day', header: t('day'), cell: ({ day }) => format.calendarDay(day) },
    { id: 'due', header: t('due'), isNumber: true, cell: ({ due_at }) => format.minute(due_at) },
    {
      id: 'expires',
      header: t('expires'),
      isNumber: true,
      isWideOnly: true,
      cell: ({ expires_at }) => (expires_at === null ? t('never') : format.minute(expires_at)),
    },
  ];
  return (
    <SmallTable label={t('nextRuns')} rows={rows} columns={columns} rowId={({ day }) => day} empty={t('noneLeft')} />
  );
}

function Runs({ id }: { id: string }) {
  const t = useTranslations('admin.bulk.schedules');
  const format = useFormat();
  const query = useQuery(grantRuns(id));
  const columns: Column<ScheduledGrantRunView>[] = [
    {
      id: 'day',
      header: t('day'),
      cell: ({ occurrence, error }) => (
        <div className="clip">
          {format.calendarDay(occurrence)}
          {error !== null && (
            <Text size="xs" c="dimmed">
              {error}
            </Text>
          )}
        </div>
      ),
    },
    { id: 'granted', header: t('granted'), isNumber: true, cell: ({ granted }) => format.count(granted) },
    { id: 'skipped', header: t('skipped'), isNumber: true, cell: ({ skipped }) => format.count(skipped) },
    {
      id: 'state',
      header: t('state'),
      cell: ({ completed_at, granted, skipped, accounts }) =>
        completed_at === null ? (
          <StatusBadge tone="waiting">{t('progress', { done: granted + skipped, all: accounts })}</StatusBadge>
        ) : (
          <StatusBadge tone="good">{t('complete')}</StatusBadge>
        ),
    },
  ];
  return (
    <section>
      <Title order={3} mb="xs">
        {t('runs')}
      </Title>
      <Loaded query={query} height={200}>
        {(runs) => (
          <SmallTable
            label={t('runs')}
            rows={runs}
            columns={columns}
            rowId={({ occurrence }) => occurrence}
            empty={t('noRuns')}
          />
        )}
      </Loaded>
    </section>
  );
}
