import { Card, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { costCenters, createCostCenter, removeCostCenter } from '../../api/organizations.ts';
import { CostCenterBody } from '../../api/rules.gen.ts';
import type { CostCenterView } from '../../api/schema.gen.ts';
import { matches } from '../../lib/rules.ts';
import { ConfirmedAction } from '../../ui/action.tsx';
import type { Column } from '../../ui/column.ts';
import { FormBody } from '../../ui/form-body.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Loaded } from '../../ui/states.tsx';
import { useSubmit } from '../../ui/submit.ts';
import { isManager, type OrganizationOfMe } from './roles.ts';

/** The cost centers that members' work is assigned to. */
export function CostCenters({ organization: { id, role } }: { organization: OrganizationOfMe }) {
  const t = useTranslations('organization');
  const query = useQuery(costCenters(id));
  const columns: Column<CostCenterView>[] = [
    { id: 'code', header: t('code'), cell: ({ code }) => code },
    { id: 'name', header: t('name'), cell: ({ name }) => name },
  ];
  const remove: Column<CostCenterView> = {
    id: 'actions',
    header: t('actions'),
    cell: ({ code, name }) => (
      <ConfirmedAction
        isDangerous
        button={{ size: 'xs' }}
        label={t('removeCenter')}
        question={t('removeCenterQuestion', { name })}
        action={() => removeCostCenter(id, code)}
        done={t('removeCenterDone')}
      />
    ),
  };
  return (
    <Stack>
      <Card padding={0}>
        <Loaded query={query} height={120}>
          {(rows) => (
            <SmallTable
              label={t('tabs.cost-centers')}
              rows={rows}
              columns={isManager(role) ? [...columns, remove] : columns}
              rowId={({ code }) => code}
              empty={t('noCostCenters')}
            />
          )}
        </Loaded>
      </Card>
      {isManager(role) && <NewCostCenter id={id} />}
    </Stack>
  );
}

function NewCostCenter({ id }: { id: string }) {
  const t = useTranslations();
  const form = useForm({
    initialValues: { code: '', name: '' },
    validate: { code: matches(CostCenterBody.code, t), name: matches(CostCenterBody.name, t) },
  });
  const submit = useSubmit({
    form,
    send: ({ code, name }) => createCostCenter(id, { code: code.trim(), name: name.trim() }),
    done: t('organization.addCenterDone'),
    onDone: () => form.reset(),
  });
  return (
    <Card maw={560}>
      <FormBody label={t('organization.addCenter')} form={form} submit={submit} action={t('organization.addCenter')}>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={t('organization.code')} autoComplete="off" {...form.getInputProps('code')} />
          <TextInput label={t('organization.name')} autoComplete="off" {...form.getInputProps('name')} />
        </SimpleGrid>
      </FormBody>
    </Card>
  );
}
