import { Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { AccountOverviewView, AuditView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';

/** The newest audit entries of the account. */
export function AuditOfAccount({ detail }: { detail: AccountOverviewView }) {
  const t = useTranslations('admin.accounts');
  const format = useFormat();
  const columns: Column<AuditView>[] = [
    { id: 'time', header: t('time'), cell: ({ created_at }) => format.minute(created_at) },
    { id: 'action', header: t('action'), cell: ({ action }) => action },
    { id: 'actor', header: t('actor'), cell: ({ actor }) => <span className="clip">{actor}</span> },
  ];
  return (
    <Stack align="start" gap="sm">
      <SmallTable
        label={t('tabs.audit')}
        rows={detail.audit}
        columns={columns}
        rowId={({ id }) => id}
        empty={t('noAudit')}
      />
      <Link to="/admin/audit" search={{ user_id: detail.account.user_id }} className="plain-link">
        {t('allAudit')}
      </Link>
    </Stack>
  );
}
