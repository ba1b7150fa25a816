import { Button, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { allTiers } from '../../../api/admin/tiers.ts';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { ScheduledGrantBody } from '../../../api/schema.gen.ts';
import type { AmountText } from '../../../lib/amount.ts';
import { todayIn } from '../../../lib/dates.ts';
import { useFormat } from '../../../lib/format.ts';
import { matches, matchesCount } from '../../../lib/rules.ts';
import { AmountInput, CountInput, DayInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { ProblemAlert } from '../../../ui/states.tsx';
import { useSubmit } from '../../../ui/submit.ts';
import { TimeZoneSelect } from '../../../ui/time-zone-select.tsx';
import { Occurrences } from './schedule-panel.tsx';

const EVERY = ['day', 'week', 'month'] as const;
const RECEIVERS = ['account', 'plan'] as const;
const SOURCES = [
  'bonus',
  'plan',
  'purchase',
  'referral',
  'adjustment',
] as const satisfies ScheduledGrantBody['source'][];

const EMPTY = {
  name: '',
  receiver: 'plan' as (typeof RECEIVERS)[number],
  user_id: '',
  tier: null as string | null,
  amount: '',
  source: 'bonus' as (typeof SOURCES)[number],
  reason: '',
  every: 'month' as (typeof EVERY)[number],
  starts_on: '',
  ends_on: '',
  time_of_day: '00:00',
  timezone: '',
  expires_after_days: '',
};
type Values = typeof EMPTY;

/** @returns the terms for the service */
const bodyFrom = (values: Values): ScheduledGrantBody => ({
  name: values.name.trim(),
  ...(values.receiver === 'account' ? { user_id: values.user_id.trim() } : { tier: values.tier ?? '' }),
  amount: values.amount.trim() as AmountText,
  source: values.source,
  every: values.every,
  starts_on: values.starts_on,
  time_of_day: values.time_of_day,
  timezone: values.timezone,
  ...(values.reason.trim() !== '' && { reason: values.reason.trim() }),
  ...(values.ends_on !== '' && { ends_on: values.ends_on }),
  ...(values.expires_after_days.trim() !== '' && { expires_after_days: Number(values.expires_after_days) }),
});

/** Creates a scheduled grant. The next occurrences can be looked at first. */
export function ScheduleForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('admin.bulk.schedules');
  const texts = useTranslations();
  const format = useFormat();
  const isNeeded = (wanted: boolean) => (value: string | null) =>
    wanted && (value ?? '').trim() === '' ? texts('form.required') : null;
  const form = useForm({
    initialValues: { ...EMPTY, timezone: format.time_zone, starts_on: todayIn(format.time_zone) },
    validate: {
      name: matches({ ...rules.ScheduledGrantBody.name, required: true }, texts),
      amount: matches({ ...rules.ScheduledGrantBody.amount, required: true }, texts),
      user_id: (value, { receiver }) => isNeeded(receiver === 'account')(value),
      tier: (value, { receiver }) => isNeeded(receiver === 'plan')(value),
      starts_on: isNeeded(true),
      expires_after_days: matchesCount(texts, { min: 1 }),
    },
  });
  const submit = useSubmit({
    form,
    done: t('created'),
    onDone: onClose,
    send: (values) => bodyOf(api.POST('/api/v1/admin/scheduled-grants', { body: bodyFrom(values) })),
  });
  const preview = useMutation({
    mutationFn: (values: Values) =>
      bodyOf(api.POST('/api/v1/admin/scheduled-grants/preview', { body: bodyFrom(values) })),
  });
  return (
    <FormBody label={t('add')} form={form} submit={submit} action={t('create')} onCancel={onClose}>
      <Fields form={form} />
      <Button
        variant="default"
        loading={preview.isPending}
        onClick={() => !form.validate().hasErrors && preview.mutate(form.getValues())}
      >
        {t('preview')}
      </Button>
      {preview.error && <ProblemAlert error={preview.error} />}
      {preview.data && (
        <div role="status">
          <p>{t('accountsNow', { count: preview.data.accounts })}</p>
          <Occurrences rows={preview.data.next_runs.slice(0, 5)} />
        </div>
      )}
    </FormBody>
  );
}

function Fields({ form }: { form: Pick<UseFormReturnType<Values>, 'getInputProps' | 'getValues'> }) {
  const t = useTranslations('admin.bulk.schedules');
  const terms = useTranslations();
  const { data: tiers = [] } = useQuery(allTiers());
  const { receiver } = form.getValues();
  return (
    <>
      <TextInput label={t('name')} required autoComplete="off" {...form.getInputProps('name')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t('receiver')}
          allowDeselect={false}
          data={RECEIVERS.map((value) => ({ value, label: t(`receivers.${value}`) }))}
          {...form.getInputProps('receiver')}
        />
        {receiver === 'account' ? (
          <TextInput label={t('account')} required autoComplete="off" {...form.getInputProps('user_id')} />
        ) : (
          <Select
            label={t('plan')}
            required
            data={tiers.map(({ tier, name }) => ({ value: tier, label: name }))}
            {...form.getInputProps('tier')}
          />
        )}
        <AmountInput label={t('amount')} required {...form.getInputProps('amount')} />
        <Select
          label={t('source')}
          allowDeselect={false}
          data={SOURCES.map((value) => ({ value, label: terms(`grantSource.${value}`) }))}
          {...form.getInputProps('source')}
        />
        <Select
          label={t('every')}
          allowDeselect={false}
          data={EVERY.map((value) => ({ value, label: t(`intervals.${value}`) }))}
          {...form.getInputProps('every')}
        />
        <TextInput type="time" label={t('time')} required {...form.getInputProps('time_of_day')} />
        <DayInput label={t('startsOn')} description={t('startsHint')} required {...form.getInputProps('starts_on')} />
        <DayInput label={t('endsOn')} description={t('endsHint')} {...form.getInputProps('ends_on')} />
        <TimeZoneSelect label={t('timezone')} {...form.getInputProps('timezone')} />
        <CountInput
          label={t('expiresAfter')}
          description={t('expiresHint')}
          {...form.getInputProps('expires_after_days')}
        />
      </SimpleGrid>
      <TextInput label={t('reason')} description={t('reasonHint')} {...form.getInputProps('reason')} />
    </>
  );
}
