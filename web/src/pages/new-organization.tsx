import { Card, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { createOrganization } from '../api/organizations.ts';
import { OrganizationBody } from '../api/rules.gen.ts';
import type { AmountText } from '../lib/amount.ts';
import { switchTo } from '../auth/acting.ts';
import { useFormat } from '../lib/format.ts';
import { matches } from '../lib/rules.ts';
import { AmountInput } from '../ui/fields.tsx';
import { FormBody } from '../ui/form-body.tsx';
import { Page } from '../ui/page.tsx';
import { useSubmit } from '../ui/submit.ts';

/** Opens an organization, whose owner the person is, and goes to its pages. */
export function NewOrganization() {
  const t = useTranslations();
  const { time_zone } = useFormat();
  const form = useForm({
    initialValues: { name: '', default_member_budget: '' },
    validate: {
      name: matches(OrganizationBody.name, t),
      default_member_budget: matches(OrganizationBody.default_member_budget, t),
    },
  });
  const submit = useSubmit({
    form,
    send: ({ name, default_member_budget: limit }) =>
      createOrganization({
        name: name.trim(),
        timezone: time_zone,
        ...(limit.trim() !== '' && { default_member_budget: limit.trim() as AmountText }),
      }),
    done: t('organization.createDone'),
    onDone: ({ id }) => switchTo(id),
  });
  return (
    <Page title={t('organization.create')} subtitle={t('organization.createText')}>
      <Card maw={560}>
        <FormBody label={t('organization.create')} form={form} submit={submit} action={t('organization.create')}>
          <TextInput label={t('organization.name')} data-autofocus {...form.getInputProps('name')} />
          <AmountInput
            label={t('organization.defaultLimit')}
            description={t('organization.defaultLimitText')}
            {...form.getInputProps('default_member_budget')}
          />
        </FormBody>
      </Card>
    </Page>
  );
}
