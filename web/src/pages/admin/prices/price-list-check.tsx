import { Stack } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import type { HeldBackView, PriceImportView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { Facts } from '../../../ui/facts.tsx';
import type { Column } from '../../../ui/column.ts';
import { PreviewedAction } from '../../../ui/previewed-action.tsx';
import { SmallTable } from '../../../ui/small-table.tsx';

/** What OpenRouter's list would bring now, and which of its models are held back. */
export function PriceListCheck() {
  const t = useTranslations('admin.prices.list');
  return (
    <PreviewedAction
      title={t('title')}
      text={t('text')}
      previewLabel={t('check')}
      label={t('import')}
      question={t('question')}
      done={t('done')}
      run={(dry_run) => bodyOf(api.POST('/api/v1/pricing/sync', { params: { query: { dry_run } } }))}
    >
      {(report) => <Report report={report} />}
    </PreviewedAction>
  );
}

function Report({ report }: { report: PriceImportView }) {
  const t = useTranslations('admin.prices.list');
  const format = useFormat();
  const columns: Column<HeldBackView>[] = [
    { id: 'model', header: t('model'), cell: ({ model }) => <span className="clip">{model}</span> },
    { id: 'reason', header: t('reason'), cell: ({ reason }) => reason },
  ];
  return (
    <Stack mt="md" role="status">
      <Facts
        facts={[
          [t('models'), format.count(report.models)],
          [t('added'), format.count(report.added)],
          [t('changed'), format.count(report.changed)],
          [t('kept'), format.count(report.kept)],
          [t('heldBack'), format.count(report.held_back.length)],
        ]}
      />
      <SmallTable
        label={t('heldBack')}
        rows={report.held_back}
        columns={columns}
        rowId={({ model, code }) => `${model} ${code}`}
        empty={t('noneHeldBack')}
      />
    </Stack>
  );
}
