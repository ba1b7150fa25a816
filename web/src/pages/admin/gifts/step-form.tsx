import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { WelcomeStepView } from '../../../api/schema.gen.ts';
import { WELCOME_STEPS } from '../../../api/welcome-steps.ts';
import type { AmountText } from '../../../lib/amount.ts';
import { matches, matchesCount } from '../../../lib/rules.ts';
import { AmountInput, CountInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';

/** Adds a step of a source, or changes it. */
export function StepForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('admin.gifts');
  const texts = useTranslations();
  const step = useTranslations('welcome.step');
  const form = useForm({
    initialValues: { source: '*', on: 'registered' as WelcomeStepView['on'], credits: '', expires_days: '30' },
    validate: {
      source: matches(rules.WelcomeStepBody.source, texts, t('sourceHint')),
      credits: matches({ ...rules.WelcomeStepBody.credits, required: true }, texts),
      expires_days: matchesCount(texts, { min: 1, isRequired: true }),
    },
  });
  const submit = useSubmit({
    form,
    done: t('added'),
    onDone: onClose,
    send: ({ source, on, credits, expires_days }) =>
      bodyOf(
        api.PUT('/api/v1/admin/welcome', {
          body: { source, on, credits: credits.trim() as AmountText, expires_days: Number(expires_days) },
        }),
      ),
  });
  return (
    <FormBody label={t('add')} form={form} submit={submit} action={t('save')} onCancel={onClose}>
      <TextInput
        label={t('source')}
        description={t('sourceText')}
        autoComplete="off"
        {...form.getInputProps('source')}
      />
      <Select
        label={t('step')}
        data={WELCOME_STEPS.map((value) => ({ value, label: step(value) }))}
        allowDeselect={false}
        {...form.getInputProps('on')}
      />
      <AmountInput label={t('credits')} {...form.getInputProps('credits')} />
      <CountInput label={t('expires')} {...form.getInputProps('expires_days')} />
    </FormBody>
  );
}
