import { SimpleGrid, Switch, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { CountInput, DayInput } from '../fields.tsx';
import type { LimitValues } from './limits.ts';

/** What a key is called. */
export function NameField<V extends LimitValues>({ form }: { form: UseFormReturnType<V> }) {
  const t = useTranslations('keys');
  return <TextInput label={t('name')} description={t('nameText')} data-autofocus {...form.getInputProps('name')} />;
}

/** What a key may do. */
export function LimitFields<V extends LimitValues>({ form }: { form: UseFormReturnType<V> }) {
  const t = useTranslations('keys');
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <CountInput
          label={t('requestsPerMinute')}
          placeholder={t('noLimit')}
          {...form.getInputProps('requests_per_minute')}
        />
        <CountInput
          label={t('tokensPerMinute')}
          placeholder={t('noLimit')}
          {...form.getInputProps('tokens_per_minute')}
        />
      </SimpleGrid>
      <Switch label={t('brake')} description={t('brakeText')} {...form.getInputProps('brake', { type: 'checkbox' })} />
      <DayInput label={t('lastDay')} description={t('lastDayText')} {...form.getInputProps('expires_on')} />
      <Textarea
        label={t('allowedModels')}
        description={t('allowedModelsText')}
        placeholder="openai/*"
        rows={3}
        {...form.getInputProps('allowed_models')}
      />
      <Textarea
        label={t('allowedAddresses')}
        description={t('allowedAddressesText')}
        placeholder="203.0.113.0/24"
        rows={2}
        {...form.getInputProps('allowed_cidrs')}
      />
    </>
  );
}
