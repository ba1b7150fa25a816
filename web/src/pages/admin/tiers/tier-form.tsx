import { Checkbox, Group, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { TierView } from '../../../api/schema.gen.ts';
import { type Translate } from '../../../texts/texts.ts';
import { matches, matchesCount } from '../../../lib/rules.ts';
import { AmountInput, CountInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';
import { changesFrom, type TierValues, valuesOf } from './tier-values.ts';

interface TierFormProps {
  /** The plan to change; null creates one. */
  tier: TierView | null;
  onClose: () => void;
  /** Further actions, above the fields. */
  beside?: ReactNode;
}

function validators(t: Translate, codeHint: string) {
  const { TierBody } = rules;
  return {
    tier: matches(TierBody.tier, t, codeHint),
    name: matches(TierBody.name, t),
    price_monthly: matches(TierBody.price_monthly, t),
    credits_monthly: matches(TierBody.credits_monthly, t),
    cost_per_1k_tokens: matches(TierBody.cost_per_1k_tokens, t),
    monthly_cap: matches(TierBody.monthly_cap, t),
    rollover_max: matches(TierBody.rollover_max, t),
    rank: matchesCount(t, { isRequired: true }),
    calls_per_day: matchesCount(t),
    calls_per_month: matchesCount(t),
    free_calls_per_day: matchesCount(t),
    seats: matchesCount(t),
  };
}

/** Creates or changes a plan. Accounts keep the terms of their running period. */
export function TierForm({ tier, onClose, beside }: TierFormProps) {
  const t = useTranslations('admin.tiers');
  const texts = useTranslations();
  const form = useForm({
    initialValues: valuesOf(tier),
    validate: validators(texts, t('codeHint')),
  });
  const submit = useSubmit({
    form,
    done: t('saved'),
    onDone: onClose,
    send: (values) =>
      tier
        ? bodyOf(
            api.PATCH('/api/v1/credits/tiers/{tier}', {
              params: { path: { tier: tier.tier } },
              body: changesFrom(values),
            }),
          )
        : bodyOf(api.POST('/api/v1/credits/tiers', { body: { tier: values.tier.trim(), ...changesFrom(values) } })),
  });
  const props = (name: keyof TierValues) => ({ label: t(`fields.${name}`), ...form.getInputProps(name) });
  const check = (name: 'renews' | 'is_public') => ({
    label: t(`fields.${name}`),
    ...form.getInputProps(name, { type: 'checkbox' }),
  });
  return (
    <Stack>
      {beside && <Group justify="end">{beside}</Group>}
      <FormBody label={tier?.name ?? t('add')} form={form} submit={submit} action={t('save')} onCancel={onClose}>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {tier === null && <TextInput {...props('tier')} description={t('codeHint')} required />}
          <TextInput {...props('name')} description={t('nameHint')} required />
          <AmountInput {...props('price_monthly')} leftSection="$" required />
          <AmountInput {...props('credits_monthly')} required />
          <AmountInput {...props('monthly_cap')} description={t('emptyIsUnlimited')} />
          <AmountInput {...props('rollover_max')} description={t('rolloverHint')} />
          <CountInput {...props('calls_per_day')} description={t('emptyIsUnlimited')} />
          <CountInput {...props('calls_per_month')} description={t('emptyIsUnlimited')} />
          <CountInput {...props('free_calls_per_day')} description={t('emptyIsUnlimited')} />
          <CountInput {...props('seats')} description={t('emptyIsUnlimited')} />
          <AmountInput {...props('cost_per_1k_tokens')} description={t('flatHint')} leftSection="$" required />
          <CountInput {...props('rank')} description={t('rankHint')} required />
        </SimpleGrid>
        <Textarea {...props('allowed_models')} description={t('modelsHint')} autosize minRows={2} maxRows={8} />
        <Textarea {...props('features')} description={t('featuresHint')} autosize minRows={2} maxRows={8} />
        <Checkbox {...check('renews')} />
        <Checkbox {...check('is_public')} />
      </FormBody>
    </Stack>
  );
}
