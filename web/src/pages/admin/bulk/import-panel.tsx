import { Alert, Button, Group, Progress, Select, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { creditImport, creditImportLines } from '../../../api/admin/bulk.ts';
import { api, fileOf, saveFile } from '../../../api/client.ts';
import type { CreditImportLineView, CreditImportView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { Amount } from '../../../ui/amount.tsx';
import type { Column } from '../../../ui/column.ts';
import { Facts } from '../../../ui/facts.tsx';
import { ListTable } from '../../../ui/list-table.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';
import { StatusBadge, type Tone } from '../../../ui/status-badge.tsx';
import { IMPORT_TONES } from './credit-imports.tsx';

const LINE_TONES: Record<CreditImportLineView['state'], Tone> = {
  ready: 'neutral',
  invalid: 'bad',
  booked: 'good',
  refused: 'bad',
};
const LINE_STATES = ['ready', 'invalid', 'booked', 'refused'] as const satisfies CreditImportLineView['state'][];
/** Most lines that the service books in one transaction. */
const TOGETHER_MAX = 1_000;

/** A file of credits: what its lines would do or did, and the way to book them. */
export function ImportPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(creditImport(id));
  return (
    <SidePanel size="xl" isOpen onClose={onClose} title={query.data?.name ?? ''}>
      <Loaded query={query} height={480}>
        {(file) => <Import file={file} />}
      </Loaded>
    </SidePanel>
  );
}

function Import({ file }: { file: CreditImportView }) {
  const t = useTranslations('admin.bulk.imports');
  const format = useFormat();
  const all = file.ready + file.booked + file.refused;
  const done = file.booked + file.refused;
  return (
    <Stack gap="lg">
      {file.error !== null && <Alert color="red">{file.error}</Alert>}
      {file.warnings > 0 && file.state === 'checked' && (
        <Alert color="yellow">{t('warnings', { count: file.warnings })}</Alert>
      )}
      {file.state === 'booking' && (
        <Progress value={all === 0 ? 100 : (100 * done) / all} aria-label={t('progress', { done, all })} />
      )}
      <Group justify="end">
        <ResultButton id={file.id} />
        {file.state === 'checked' && <Confirm file={file} />}
      </Group>
      <Facts
        facts={[
          [
            t('state'),
            <StatusBadge key="state" tone={IMPORT_TONES[file.state]}>
              {t(`importStates.${file.state}`)}
            </StatusBadge>,
          ],
          [t('lines'), format.count(file.lines)],
          [t('states.ready'), format.count(file.ready)],
          [t('states.invalid'), format.count(file.invalid)],
          [t('states.booked'), format.count(file.booked)],
          [t('states.refused'), format.count(file.refused)],
          [t('amount'), <Amount key="amount" value={file.amount} />],
          [t('bookedAmount'), <Amount key="booked" value={file.booked_amount} />],
          [t('uploadedBy'), file.created_by],
        ]}
      />
      <Lines file={file} />
    </Stack>
  );
}

/** Books all lines or none if that is possible, otherwise those that can be booked. */
function Confirm({ file: { id, ready, invalid, amount } }: { file: CreditImportView }) {
  const t = useTranslations('admin.bulk.imports');
  const format = useFormat();
  if (ready === 0) return null;
  const isWhole = invalid === 0 && ready <= TOGETHER_MAX;
  const mode = isWhole ? ('all_or_nothing' as const) : ('best_effort' as const);
  const credits = format.cents(amount);
  return (
    <ConfirmedAction
      label={t('book', { count: ready })}
      question={t(isWhole ? 'bookAllQuestion' : 'bookQuestion', { ready, invalid, credits })}
      done={t('booking')}
      button={{ variant: 'filled' }}
      action={() =>
        api.POST('/api/v1/admin/credits/imports/{id}/confirm', { params: { path: { id } }, body: { mode } })
      }
    />
  );
}

function ResultButton({ id }: { id: string }) {
  const t = useTranslations('admin.bulk.imports');
  const save = async () => {
    const params = { path: { id } };
    const file = api.GET('/api/v1/admin/credits/imports/{id}/result', { params, parseAs: 'blob' });
    saveFile(await fileOf(file), 'credits-import.csv');
  };
  return (
    <Button variant="default" onClick={() => void save()}>
      {t('result')}
    </Button>
  );
}

function Lines({ file: { id, state: stage } }: { file: CreditImportView }) {
  const t = useTranslations('admin.bulk.imports');
  const [state, setState] = useState<CreditImportLineView['state'] | null>(null);
  const query = useInfiniteQuery(creditImportLines(id, stage, state === null ? {} : { state }));
  return (
    <section>
      <Select
        aria-label={t('state')}
        placeholder={t('anyState')}
        clearable
        data={LINE_STATES.map((value) => ({ value, label: t(`states.${value}`) }))}
        value={state}
        onChange={setState}
        mb="sm"
      />
      <ListTable
        label={t('lines')}
        query={query}
        columns={useColumns()}
        rowId={({ line }) => String(line)}
        empty={<Empty title={t('noLines')} text={t('noLinesText')} />}
      />
    </section>
  );
}

function useColumns(): Column<CreditImportLineView>[] {
  const t = useTranslations('admin.bulk.imports');
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'line', header: t('line'), isNumber: true, cell: ({ line }) => format.count(line) },
      {
        id: 'user',
        header: t('account'),
        cell: ({ user_id, error, warning }) => (
          <div className="clip">
            {user_id ?? '–'}
            {(error ?? warning) !== null && (
              <Text size="xs" c="dimmed">
                {error ?? warning}
              </Text>
            )}
          </div>
        ),
      },
      {
        id: 'amount',
        header: t('amount'),
        isNumber: true,
        cell: ({ amount }) => (amount === null ? '–' : <Amount value={amount} />),
      },
      {
        id: 'state',
        header: t('state'),
        cell: ({ state }) => <StatusBadge tone={LINE_TONES[state]}>{t(`states.${state}`)}</StatusBadge>,
      },
    ],
    [t, format],
  );
}
