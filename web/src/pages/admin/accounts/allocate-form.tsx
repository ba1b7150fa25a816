import { Select, SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { GrantSource } from '../../../api/schema.gen.ts';
import type { AmountText } from '../../../lib/amount.ts';
import { endOfDay } from '../../../lib/dates.ts';
import { useFormat } from '../../../lib/format.ts';
import { matches } from '../../../lib/rules.ts';
import { AmountInput, DayInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';
import type { ActionFormProps } from './action-form-props.ts';

const SOURCES: readonly GrantSource[] = ['purchase', 'plan', 'trial', 'bonus', 'referral', 'adjustment'];

/** Adds credits from a source, such as a payment that was made elsewhere. */
export function AllocateForm({ detail: { account }, onClose }: ActionFormProps) {
  const t = useTranslations('admin.accounts.actions');
  const terms = useTranslations();
  const texts = useTranslations();
  const format = useFormat();
  const form = useForm({
    initialValues: { amount: '', source: 'purchase', reason: '', expires_at: '' },
    validate: {
      amount: matches(rules.AllocateBody.amount, texts),
      reason: matches(rules.AllocateBody.reason, texts),
    },
  });
  const submit = useSubmit({
    form,
    done: t('allocate.done'),
    onDone: onClose,
    send: ({ amount, source, reason, expires_at }, key) =>
      bodyOf(
        api.POST('/api/v1/credits/allocate', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            user_id: account.user_id,
            amount: amount.trim() as AmountText,
            source,
            ...(reason.trim() !== '' && { reason: reason.trim() }),
            expires_at: expires_at === '' ? null : endOfDay(expires_at, format.time_zone).toISOString(),
          },
        }),
      ),
  });
  return (
    <FormBody label={t('allocate.title')} form={form} submit={submit} action={t('allocate.submit')} onCancel={onClose}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <AmountInput label={t('amount')} required {...form.getInputProps('amount')} />
        <Select
          label={t('source')}
          allowDeselect={false}
          data={SOURCES.map((value) => ({ value, label: terms(`grantSource.${value}`) }))}
          {...form.getInputProps('source')}
        />
        <TextInput label={t('reasonOptional')} {...form.getInputProps('reason')} />
        <DayInput label={t('expires')} description={t('expiresHint')} {...form.getInputProps('expires_at')} />
      </SimpleGrid>
    </FormBody>
  );
}
