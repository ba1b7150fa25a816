import { Button, Card, Group, Modal, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { equivalents } from '../../../api/admin/prices.ts';
import { api, bodyOf } from '../../../api/client.ts';
import { EquivalentBody } from '../../../api/rules.gen.ts';
import type { EquivalentView } from '../../../api/schema.gen.ts';
import { matches } from '../../../lib/rules.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import type { Column } from '../../../ui/column.ts';
import { FormBody } from '../../../ui/form-body.tsx';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';
import { useSubmit } from '../../../ui/submit.ts';

/** Models that can replace others; recommendations call only these equal. */
export function Equivalents() {
  const t = useTranslations('admin.prices.equivalents');
  const query = useQuery(equivalents());
  const [isAdding, setAdding] = useState(false);
  const close = () => setAdding(false);
  return (
    <Card>
      <Group justify="space-between" align="start" mb="md">
        <div>
          <Title order={2}>{t('title')}</Title>
          <Text size="sm" c="dimmed">
            {t('text')}
          </Text>
        </div>
        <Button onClick={() => setAdding(true)}>{t('add')}</Button>
      </Group>
      <Loaded query={query} height={200}>
        {(rows) => <List rows={rows} />}
      </Loaded>
      <Modal opened={isAdding} onClose={close} title={t('add')}>
        <EquivalentForm onClose={close} />
      </Modal>
    </Card>
  );
}

function List({ rows }: { rows: EquivalentView[] }) {
  const t = useTranslations('admin.prices.equivalents');
  const columns: Column<EquivalentView>[] = [
    { id: 'from', header: t('from'), cell: ({ from }) => from },
    { id: 'to', header: t('to'), cell: ({ to }) => to },
    { id: 'note', header: t('note'), isWideOnly: true, cell: ({ note }) => note },
    {
      id: 'actions',
      header: t('actions'),
      isNumber: true,
      cell: ({ id, from, to }) => (
        <ConfirmedAction
          label={t('remove')}
          question={t('removeQuestion', { from, to })}
          done={t('removed')}
          isDangerous
          button={{ size: 'compact-sm' }}
          action={() => api.DELETE('/api/v1/pricing/equivalents/{id}', { params: { path: { id } } })}
        />
      ),
    },
  ];
  return (
    <SmallTable
      label={t('title')}
      rows={rows}
      columns={columns}
      rowId={({ id }) => id}
      empty={<Empty title={t('none')} text={t('noneText')} />}
    />
  );
}

function EquivalentForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('admin.prices.equivalents');
  const texts = useTranslations();
  const form = useForm({
    initialValues: { from: '', to: '', note: '' },
    validate: { from: matches(EquivalentBody.from, texts), to: matches(EquivalentBody.to, texts) },
  });
  const submit = useSubmit({
    form,
    done: t('saved'),
    onDone: onClose,
    send: ({ from, to, note }) => {
      const body = { from: from.trim(), to: to.trim(), ...(note.trim() !== '' && { note: note.trim() }) };
      return bodyOf(api.POST('/api/v1/pricing/equivalents', { body }));
    },
  });
  return (
    <FormBody label={t('add')} form={form} submit={submit} action={t('save')} onCancel={onClose}>
      <TextInput label={t('from')} placeholder="openai/gpt-4o" {...form.getInputProps('from')} />
      <TextInput label={t('to')} placeholder="openai/gpt-4o-mini" {...form.getInputProps('to')} />
      <TextInput label={t('note')} description={t('noteHint')} maxLength={500} {...form.getInputProps('note')} />
    </FormBody>
  );
}
