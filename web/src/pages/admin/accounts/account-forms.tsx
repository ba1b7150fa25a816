import { Select, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { allTiers } from '../../../api/admin/tiers.ts';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import { type AmountText, typedOf } from '../../../lib/amount.ts';
import { useFormat } from '../../../lib/format.ts';
import { matches } from '../../../lib/rules.ts';
import { AmountInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';
import type { ActionFormProps } from './action-form-props.ts';

/** Limits how many plan credits can burn in a period. */
export function CapForm({ detail: { account }, onClose }: ActionFormProps) {
  const t = useTranslations('admin.accounts.actions');
  const texts = useTranslations();
  const form = useForm({
    initialValues: { monthly_cap: account.monthly_cap === null ? '' : typedOf(account.monthly_cap) },
    validate: { monthly_cap: matches(rules.CapBody.monthly_cap, texts) },
  });
  const submit = useSubmit({
    form,
    done: t('cap.done'),
    onDone: onClose,
    send: ({ monthly_cap }, key) =>
      bodyOf(
        api.POST('/api/v1/credits/cap', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            user_id: account.user_id,
            monthly_cap: monthly_cap.trim() === '' ? null : (monthly_cap.trim() as AmountText),
          },
        }),
      ),
  });
  return (
    <FormBody label={t('cap.title')} form={form} submit={submit} action={t('cap.submit')} onCancel={onClose}>
      <AmountInput label={t('cap.field')} description={t('cap.hint')} {...form.getInputProps('monthly_cap')} />
    </FormBody>
  );
}

/** Puts the account on another plan, effective immediately. */
export function PlanForm({ detail: { account }, onClose }: ActionFormProps) {
  const t = useTranslations('admin.accounts.actions');
  const format = useFormat();
  const { data: tiers = [] } = useQuery(allTiers());
  const form = useForm({
    initialValues: { new_tier: null as string | null },
    validate: { new_tier: (value) => (value === null ? t('plan.missing') : null) },
  });
  const submit = useSubmit({
    form,
    done: t('plan.done'),
    onDone: onClose,
    send: ({ new_tier }, key) =>
      bodyOf(
        api.POST('/api/v1/credits/tiers/switch', {
          params: { header: { 'Idempotency-Key': key } },
          body: { user_id: account.user_id, new_tier: new_tier ?? '' },
        }),
      ),
  });
  return (
    <FormBody label={t('plan.title')} form={form} submit={submit} action={t('plan.submit')} onCancel={onClose}>
      <Select
        label={t('plan.field')}
        description={t('plan.hint')}
        data={tiers
          .filter(({ tier }) => tier !== account.tier)
          .map(({ tier, name, credits_monthly }) => ({
            value: tier,
            label: t('plan.option', { name, credits: format.exact(credits_monthly) }),
          }))}
        {...form.getInputProps('new_tier')}
      />
    </FormBody>
  );
}

/** Refuses further spending until the account is resumed. */
export function SuspendForm({ detail: { account }, onClose }: ActionFormProps) {
  const t = useTranslations('admin.accounts.actions');
  const texts = useTranslations();
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: matches(rules.SuspendBody.reason, texts) },
  });
  const submit = useSubmit({
    form,
    done: t('suspend.done'),
    onDone: onClose,
    send: ({ reason }, key) =>
      bodyOf(
        api.POST('/api/v1/admin/accounts/{id}/suspend', {
          params: { path: { id: account.user_id }, header: { 'Idempotency-Key': key } },
          body: { reason: reason.trim() },
        }),
      ),
  });
  return (
    <FormBody
      label={t('suspend.title')}
      form={form}
      submit={submit}
      action={t('suspend.submit')}
      isDangerous
      onCancel={onClose}
    >
      <Text size="sm">{t('suspend.text')}</Text>
      <TextInput label={t('reason')} description={t('suspend.reasonHint')} required {...form.getInputProps('reason')} />
    </FormBody>
  );
}
