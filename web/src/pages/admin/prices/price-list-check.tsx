import { Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import type { HeldBackView, PriceImportView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Facts } from '../../../ui/facts.tsx';
import type { Column } from '../../../ui/list-table.tsx';
import { SmallTable } from '../../../ui/small-table.tsx';
import { ProblemAlert } from '../../../ui/states.tsx';

/** What OpenRouter's list would bring now, and which of its models are held back. */
export function PriceListCheck() {
  const t = useTranslations('admin.prices.list');
  const sync = (dry_run: boolean) => bodyOf(api.POST('/api/v1/pricing/sync', { params: { query: { dry_run } } }));
  const check = useMutation({ mutationFn: () => sync(true) });
  return (
    <Card>
      <Group justify="space-between" align="start">
        <div>
          <Title order={2}>{t('title')}</Title>
          <Text size="sm" c="dimmed">
            {t('text')}
          </Text>
        </div>
        <Group gap="xs">
          <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
            {t('check')}
          </Button>
          <ConfirmedAction
            label={t('import')}
            question={t('question')}
            done={t('done')}
            action={async () => {
              await sync(false);
              check.reset();
            }}
          />
        </Group>
      </Group>
      {check.error && <ProblemAlert error={check.error} />}
      {check.data && <Report report={check.data} />}
    </Card>
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
