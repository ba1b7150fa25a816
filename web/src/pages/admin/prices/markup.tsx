import { Button, Card, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { markupRules } from '../../../api/admin/prices.ts';
import { api } from '../../../api/client.ts';
import type { MarkupRuleView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import type { Column } from '../../../ui/column.ts';
import { SmallTable } from '../../../ui/small-table.tsx';
import { Empty, Loaded } from '../../../ui/states.tsx';
import { RuleForm } from './rule-form.tsx';
import { WhatIf } from './what-if.tsx';

/** The markup rules, and what past work would have cost under others. */
export function Markup() {
  const t = useTranslations('admin.prices.rules');
  const query = useQuery(markupRules());
  const [edited, setEdited] = useState<MarkupRuleView | 'new' | null>(null);
  const close = () => setEdited(null);
  return (
    <Stack>
      <Card>
        <Group justify="space-between" align="start" mb="md">
          <div>
            <Title order={2}>{t('title')}</Title>
            <Text size="sm" c="dimmed">
              {t('text')}
            </Text>
          </div>
          <Button onClick={() => setEdited('new')}>{t('add')}</Button>
        </Group>
        <Loaded query={query} height={200}>
          {(rules) => <Rules rules={rules} onEdit={setEdited} />}
        </Loaded>
      </Card>
      <WhatIf />
      <Modal opened={edited !== null} onClose={close} title={edited === 'new' ? t('add') : t('edit')}>
        {edited !== null && <RuleForm rule={edited === 'new' ? null : edited} onClose={close} />}
      </Modal>
    </Stack>
  );
}

function Rules({ rules, onEdit }: { rules: MarkupRuleView[]; onEdit: (rule: MarkupRuleView) => void }) {
  const t = useTranslations('admin.prices.rules');
  const terms = useTranslations();
  const format = useFormat();
  const columns: Column<MarkupRuleView>[] = [
    { id: 'scope', header: t('scope'), cell: ({ scope }) => terms(`markupScope.${scope}`) },
    { id: 'match', header: t('match'), cell: ({ match }) => match },
    { id: 'rate', header: t('rate'), isNumber: true, cell: ({ rate }) => format.share(rate) },
    { id: 'edited', header: t('edited'), isNumber: true, isWideOnly: true, cell: (row) => format.day(row.updated_at) },
    {
      id: 'actions',
      header: t('actions'),
      isNumber: true,
      cell: (rule) => (
        <Group gap="xs" justify="end">
          <Button size="compact-sm" variant="default" onClick={() => onEdit(rule)}>
            {t('change')}
          </Button>
          <ConfirmedAction
            label={t('delete')}
            question={t('deleteQuestion', { match: rule.match, rate: format.share(rule.rate) })}
            done={t('deleted')}
            isDangerous
            button={{ size: 'compact-sm' }}
            action={() => api.DELETE('/api/v1/pricing/markup-rules/{id}', { params: { path: { id: rule.id } } })}
          />
        </Group>
      ),
    },
  ];
  return (
    <SmallTable
      label={t('title')}
      rows={rules}
      columns={columns}
      rowId={({ id }) => id}
      empty={<Empty title={t('none')} text={t('noneText')} />}
    />
  );
}
