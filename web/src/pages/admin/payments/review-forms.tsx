import { Button, Card, Group, Stack, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { PaymentDetailView } from '../../../api/schema.gen.ts';
import { type AmountText, isZero } from '../../../lib/amount.ts';
import { useFormat } from '../../../lib/format.ts';
import { matches } from '../../../lib/rules.ts';
import { AmountInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';

interface ReviewProps {
  payment: PaymentDetailView;
  onDone: () => void;
}

/** The decision on a held payment. */
export function ReviewForms({ payment, onDone }: ReviewProps) {
  const t = useTranslations('admin.payments');
  const [decision, setDecision] = useState<'accept' | 'refuse' | null>(null);
  const cancel = () => setDecision(null);
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Button aria-expanded={decision === 'accept'} onClick={() => setDecision('accept')}>
          {t('accept')}
        </Button>
        <Button variant="default" aria-expanded={decision === 'refuse'} onClick={() => setDecision('refuse')}>
          {t('refuse')}
        </Button>
      </Group>
      {decision !== null && (
        <Card padding="md">
          <Title order={3} mb="sm">
            {t(decision === 'accept' ? 'acceptTitle' : 'refuseTitle')}
          </Title>
          {decision === 'accept' ? (
            <AcceptForm payment={payment} onDone={onDone} onCancel={cancel} />
          ) : (
            <RefuseForm payment={payment} onDone={onDone} onCancel={cancel} />
          )}
        </Card>
      )}
    </Stack>
  );
}

function AcceptForm({ payment, onDone, onCancel }: ReviewProps & { onCancel: () => void }) {
  const t = useTranslations('admin.payments');
  const texts = useTranslations();
  const format = useFormat();
  const isOffered = !isZero(payment.credits);
  const form = useForm({
    initialValues: { credits: '', note: '' },
    validate: {
      credits: matches({ ...rules.AcceptBody.credits, required: !isOffered }, texts),
      note: matches(rules.AcceptBody.note, texts),
    },
  });
  const submit = useSubmit({
    form,
    done: t('accepted'),
    onDone,
    send: ({ credits, note }) =>
      bodyOf(
        api.POST('/api/v1/payments/{payment_id}/accept', {
          params: { path: { payment_id: payment.id } },
          body: {
            // without credits the offer itself is fulfilled, for example a plan
            ...(credits.trim() !== '' && { credits: credits.trim() as AmountText }),
            ...(note.trim() !== '' && { note: note.trim() }),
          },
        }),
      ),
  });
  return (
    <FormBody label={t('acceptTitle')} form={form} submit={submit} action={t('accept')} onCancel={onCancel}>
      <AmountInput
        label={t('creditsToGrant')}
        description={isOffered ? t('creditsHint', { credits: format.exact(payment.credits) }) : t('creditsMissing')}
        required={!isOffered}
        {...form.getInputProps('credits')}
      />
      <TextInput label={t('note')} description={t('noteHint')} {...form.getInputProps('note')} />
    </FormBody>
  );
}

function RefuseForm({ payment, onDone, onCancel }: ReviewProps & { onCancel: () => void }) {
  const t = useTranslations('admin.payments');
  const texts = useTranslations();
  const form = useForm({ initialValues: { note: '' }, validate: { note: matches(rules.RefuseBody.note, texts) } });
  const submit = useSubmit({
    form,
    done: t('refusedDone'),
    onDone,
    send: ({ note }) =>
      bodyOf(
        api.POST('/api/v1/payments/{payment_id}/refuse', {
          params: { path: { payment_id: payment.id } },
          body: note.trim() === '' ? {} : { note: note.trim() },
        }),
      ),
  });
  return (
    <FormBody label={t('refuseTitle')} form={form} submit={submit} action={t('refuse')} isDangerous onCancel={onCancel}>
      <TextInput label={t('note')} description={t('refuseHint')} {...form.getInputProps('note')} />
    </FormBody>
  );
}
