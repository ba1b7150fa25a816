import { Select, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import { type AmountText, isNegative, typedOf } from '../../../lib/amount.ts';
import { endOfDay } from '../../../lib/dates.ts';
import { useFormat } from '../../../lib/format.ts';
import { matches } from '../../../lib/rules.ts';
import { AmountInput, DayInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';
import type { ActionFormProps } from './action-form-props.ts';

/** Gives credits on top of the plan. */
export function BonusForm({ detail: { account }, onClose }: ActionFormProps) {
  const t = useTranslations('admin.accounts.actions');
  const texts = useTranslations();
  const format = useFormat();
  const form = useForm({
    initialValues: { amount: '', reason: '', expires_at: '' },
    validate: {
      amount: matches(rules.BonusBody.amount, texts),
      reason: matches(rules.BonusBody.reason, texts),
    },
  });
  const submit = useSubmit({
    form,
    done: t('bonus.done'),
    onDone: onClose,
    send: ({ amount, reason, expires_at }, key) =>
      bodyOf(
        api.POST('/api/v1/credits/bonus', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            user_id: account.user_id,
            amount: amount.trim() as AmountText,
            reason: reason.trim(),
            expires_at: expires_at === '' ? null : endOfDay(expires_at, format.time_zone).toISOString(),
          },
        }),
      ),
  });
  return (
    <FormBody label={t('bonus.title')} form={form} submit={submit} action={t('bonus.submit')} onCancel={onClose}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <AmountInput label={t('amount')} required {...form.getInputProps('amount')} />
        <DayInput label={t('expires')} description={t('expiresHint')} {...form.getInputProps('expires_at')} />
      </SimpleGrid>
      <TextInput label={t('reason')} required {...form.getInputProps('reason')} />
    </FormBody>
  );
}

/** Gives credits back, for one charge or without naming one. */
export function RefundForm({ detail, onClose }: ActionFormProps) {
  const t = useTranslations('admin.accounts.actions');
  const texts = useTranslations();
  const format = useFormat();
  const charges = detail.transactions.filter((line) => line.transaction_type === 'usage' && isNegative(line.amount));
  const form = useForm({
    initialValues: { transaction_id: null as string | null, amount: '', reason: '' },
    validate: {
      amount: matches(rules.RefundBody.amount, texts),
      reason: matches(rules.RefundBody.reason, texts),
    },
  });
  form.watch('transaction_id', ({ value }) => {
    const charge = charges.find(({ id }) => id === value);
    if (charge) form.setFieldValue('amount', typedOf(charge.amount.replace('-', '') as AmountText));
  });
  const submit = useSubmit({
    form,
    done: t('refund.done'),
    onDone: onClose,
    send: ({ transaction_id, amount, reason }, key) =>
      bodyOf(
        api.POST('/api/v1/credits/refund', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            user_id: detail.account.user_id,
            amount: amount.trim() as AmountText,
            reason: reason.trim(),
            ...(transaction_id !== null && { transaction_id }),
          },
        }),
      ),
  });
  return (
    <FormBody label={t('refund.title')} form={form} submit={submit} action={t('refund.submit')} onCancel={onClose}>
      <Select
        label={t('charge')}
        description={t('chargeHint')}
        placeholder={t('noCharge')}
        clearable
        data={charges.map(({ id, created_at, model, service, amount }) => ({
          value: id,
          label: `${format.minute(created_at)} · ${model ?? service ?? ''} · ${format.exact(amount)}`,
        }))}
        {...form.getInputProps('transaction_id')}
      />
      <AmountInput label={t('amount')} required {...form.getInputProps('amount')} />
      <TextInput label={t('reason')} required {...form.getInputProps('reason')} />
    </FormBody>
  );
}
