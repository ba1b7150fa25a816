import { Card } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { creditImports } from '../../../api/admin/bulk.ts';
import type { CreditImportView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { Amount } from '../../../ui/amount.tsx';
import type { Column } from '../../../ui/column.ts';
import { ListTable } from '../../../ui/list-table.tsx';
import { OpenButton } from '../../../ui/open-button.tsx';
import { Empty } from '../../../ui/states.tsx';
import { StatusBadge, type Tone } from '../../../ui/status-badge.tsx';

export const IMPORT_TONES: Record<CreditImportView['state'], Tone> = {
  checked: 'neutral',
  booking: 'waiting',
  complete: 'good',
  failed: 'bad',
};

/** The files of credits. */
export function CreditImports({ onOpen }: { onOpen: (id: string) => void }) {
  const t = useTranslations('admin.bulk.imports');
  const query = useInfiniteQuery(creditImports());
  return (
    <Card padding={0}>
      <ListTable
        label={t('title')}
        query={query}
        columns={useColumns()}
        rowId={({ id }) => id}
        onOpen={({ id }) => onOpen(id)}
        empty={<Empty title={t('none')} text={t('noneText')} />}
      />
    </Card>
  );
}

function useColumns(): Column<CreditImportView>[] {
  const t = useTranslations('admin.bulk.imports');
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'name', header: t('file'), cell: ({ name }) => <OpenButton>{name}</OpenButton> },
      { id: 'lines', header: t('lines'), isNumber: true, isWideOnly: true, cell: ({ lines }) => format.count(lines) },
      { id: 'booked', header: t('states.booked'), isNumber: true, cell: ({ booked }) => format.count(booked) },
      {
        id: 'amount',
        header: t('bookedAmount'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ booked_amount }) => <Amount value={booked_amount} />,
      },
      {
        id: 'created',
        header: t('uploaded'),
        isNumber: true,
        isWideOnly: true,
        cell: ({ created_at }) => format.minute(created_at),
      },
      {
        id: 'state',
        header: t('state'),
        cell: ({ state }) => <StatusBadge tone={IMPORT_TONES[state]}>{t(`importStates.${state}`)}</StatusBadge>,
      },
    ],
    [t, format],
  );
}
