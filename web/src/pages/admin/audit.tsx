import { Card, Group, Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { auditEntries } from '../../api/admin/audit.ts';
import { sizeOf } from '../../api/paging.ts';
import type { AuditResult, AuditView } from '../../api/schema.gen.ts';
import { endOfDay, startOfDay } from '../../lib/dates.ts';
import { defined } from '../../lib/defined.ts';
import { useFormat } from '../../lib/format.ts';
import { oneOf } from '../../lib/search.ts';
import { Facts } from '../../ui/facts.tsx';
import { ClearFilters, DaysInput, SearchInput } from '../../ui/filters.tsx';
import { JsonBlock } from '../../ui/json-block.tsx';
import type { Column } from '../../ui/column.ts';
import { ListTable } from '../../ui/list-table.tsx';
import { OpenButton } from '../../ui/open-button.tsx';
import { Page } from '../../ui/page.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';

const route = getRouteApi('/shell/admin/audit');
const RESULTS = ['success', 'failure'] as const satisfies AuditResult[];

/** Who did what to which account, newest first. */
export function Audit() {
  const t = useTranslations('admin.audit');
  const unit = useTranslations('unit');
  const format = useFormat();
  const { user_id, actor, action, result, date_from, date_to, entry: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(
    auditEntries({
      user_id,
      actor,
      action,
      result: oneOf(RESULTS, result),
      date_from: date_from && startOfDay(date_from, format.time_zone).toISOString(),
      date_to: date_to && endOfDay(date_to, format.time_zone).toISOString(),
    }),
  );
  const total = sizeOf(query.data);
  const entry = query.data?.pages.flatMap(({ items }) => items).find(({ id }) => id === opened);
  return (
    <Page title={t('title')} subtitle={total === null ? t('subtitle') : unit('entries', { count: total })} isWide>
      <Card padding={0}>
        <Filters />
        <ListTable
          label={t('title')}
          query={query}
          columns={useColumns()}
          rowId={({ id }) => id}
          onOpen={({ id }) => void navigate({ search: (now) => ({ ...now, entry: id }) })}
          empty={<Empty title={t('none')} text={t('noneText')} />}
        />
      </Card>
      {entry && (
        <EntryPanel
          entry={entry}
          onClose={() => void navigate({ search: (now) => defined({ ...now, entry: undefined }) })}
        />
      )}
    </Page>
  );
}

function Filters() {
  const t = useTranslations('admin.audit');
  const { user_id, actor, action, result, date_from, date_to } = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: Partial<ReturnType<typeof route.useSearch>>) =>
    void navigate({ search: (now) => defined({ ...now, ...next }), replace: true });
  const filters = [user_id, actor, action, result, date_from];
  return (
    <Group p="md" gap="sm" role="search" aria-label={t('filter')}>
      <SearchInput label={t('account')} value={user_id} onChange={(text) => change({ user_id: text })} />
      <SearchInput label={t('actor')} value={actor} onChange={(text) => change({ actor: text })} />
      <SearchInput label={t('actionExample')} value={action} onChange={(text) => change({ action: text })} />
      <Select
        aria-label={t('result')}
        placeholder={t('anyResult')}
        clearable
        data={RESULTS.map((value) => ({ value, label: t(`results.${value}`) }))}
        value={result ?? null}
        onChange={(value) => change({ result: value ?? undefined })}
        flex="1 1 130px"
      />
      <DaysInput
        key={`${date_from ?? ''} ${date_to ?? ''}`}
        from={date_from}
        to={date_to}
        onChange={({ from, to }) => change({ date_from: from, date_to: to })}
      />
      <ClearFilters
        isShown={filters.some((value) => value !== undefined)}
        onClear={() => void navigate({ search: {}, replace: true })}
      />
    </Group>
  );
}

function useColumns(): Column<AuditView>[] {
  const t = useTranslations('admin.audit');
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'time', header: t('time'), cell: (row) => <OpenButton>{format.second(row.created_at)}</OpenButton> },
      { id: 'action', header: t('action'), cell: ({ action }) => action },
      {
        id: 'account',
        header: t('account'),
        isWideOnly: true,
        cell: ({ user_id }) => <div className="clip">{user_id}</div>,
      },
      { id: 'actor', header: t('actor'), isWideOnly: true, cell: ({ actor }) => <div className="clip">{actor}</div> },
      {
        id: 'result',
        header: t('result'),
        isWideOnly: true,
        cell: ({ result }) => (
          <StatusBadge tone={result === 'success' ? 'good' : 'bad'}>{t(`results.${result}`)}</StatusBadge>
        ),
      },
    ],
    [t, format],
  );
}

function EntryPanel({ entry, onClose }: { entry: AuditView; onClose: () => void }) {
  const t = useTranslations('admin.audit');
  const format = useFormat();
  return (
    <SidePanel isOpen onClose={onClose} title={entry.action}>
      <Facts
        facts={[
          [t('time'), format.second(entry.created_at)],
          [
            t('account'),
            <Link key="account" to="/admin/accounts" search={{ account: entry.user_id }} className="plain-link">
              {entry.user_id}
            </Link>,
          ],
          [t('actor'), entry.actor],
          [t('result'), t(`results.${entry.result}`)],
          [t('resource'), [entry.resource_type, entry.resource_id].filter(Boolean).join(' ')],
          [t('request'), entry.request_id],
          [t('ip'), entry.ip],
          [t('id'), entry.id],
        ]}
      />
      <JsonBlock label={t('details')} value={entry.metadata} />
    </SidePanel>
  );
}
