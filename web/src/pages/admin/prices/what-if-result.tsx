import { Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { BooksView, ShortAccountView, WhatIfView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { Amount } from '../../../ui/amount.tsx';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';

const FIGURES = ['revenue', 'provider_cost', 'margin'] as const satisfies (keyof BooksView)[];

/** Past work as it was charged, and as it would have been. */
export function WhatIfResult({ result }: { result: WhatIfView }) {
  const t = useTranslations('admin.prices.whatIf');
  const format = useFormat();
  const figures: Column<(typeof FIGURES)[number]>[] = [
    { id: 'figure', header: t('figure'), cell: (name) => t(`figures.${name}`) },
    { id: 'now', header: t('now'), isNumber: true, cell: (name) => <Amount value={result.now[name]} /> },
    { id: 'then', header: t('then'), isNumber: true, cell: (name) => <Amount value={result.then[name]} /> },
  ];
  return (
    <Stack mt="lg" role="status">
      <Text>
        {t.rich('summary', {
          days: result.days,
          events: result.events,
          accounts: result.accounts,
          difference: () => (
            <strong>
              <Amount value={result.difference} isChange withUnit />
            </strong>
          ),
        })}
      </Text>
      <SmallTable label={t('title')} rows={FIGURES} columns={figures} rowId={(name) => name} empty="" />
      <Text size="sm" c="dimmed">
        {t('margins', {
          now: format.percent(Number(result.now.margin_percent), 2),
          then: format.percent(Number(result.then.margin_percent), 2),
        })}
      </Text>
      {result.accounts_run_dry > 0 && <RunDry result={result} />}
    </Stack>
  );
}

function RunDry({ result }: { result: WhatIfView }) {
  const t = useTranslations('admin.prices.whatIf');
  const columns: Column<ShortAccountView>[] = [
    { id: 'user', header: t('account'), cell: ({ user_id }) => <span className="clip">{user_id}</span> },
    { id: 'balance', header: t('balance'), isNumber: true, cell: ({ balance }) => <Amount value={balance} /> },
    { id: 'charged', header: t('then'), isNumber: true, cell: (row) => <Amount value={row.would_be_charged} /> },
    { id: 'missing', header: t('missing'), isNumber: true, cell: ({ missing }) => <Amount value={missing} /> },
  ];
  return (
    <>
      <Text size="sm">{t('runDry', { count: result.accounts_run_dry })}</Text>
      <SmallTable
        label={t('runDryTitle')}
        rows={result.run_dry}
        columns={columns}
        rowId={({ user_id }) => user_id}
        empty=""
      />
    </>
  );
}
