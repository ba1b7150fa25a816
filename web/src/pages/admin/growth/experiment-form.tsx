import { Button, Group, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { ExperimentView } from '../../../api/schema.gen.ts';
import type { AmountText } from '../../../lib/amount.ts';
import { endOfDay, startOfDay } from '../../../lib/dates.ts';
import { useFormat } from '../../../lib/format.ts';
import { matches, matchesCount } from '../../../lib/rules.ts';
import { AmountInput, CountInput, DayInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';
import { ArmFields } from './arm-fields.tsx';
import { type ArmDraft, armFrom, newArm } from './arms.ts';

const METRICS = ['activated', 'converted', 'revenue'] as const satisfies ExperimentView['metric'][];
const ARMS = { min: 2, max: 10 };

interface Values extends Record<string, unknown> {
  key: string;
  metric: ExperimentView['metric'];
  from: string;
  to: string;
  window_days: string;
  baseline: string;
  smallest_difference: string;
  arm_size: string;
  arms: ArmDraft[];
}

/** Creates an experiment. Its size follows from the difference to be found, or is given for revenue. */
export function ExperimentForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('admin.growth.form');
  const { time_zone } = useFormat();
  const form = useExperimentForm();
  const submit = useSubmit({
    form,
    done: t('created'),
    onDone: onClose,
    send: (values) => bodyOf(api.POST('/api/v1/admin/experiments', { body: bodyFrom(values, time_zone) })),
  });
  const { arms } = form.getValues();
  return (
    <FormBody label={t('add')} form={form} submit={submit} action={t('create')} onCancel={onClose}>
      <Terms form={form} />
      {arms.map((arm, at) => (
        <ArmFields key={at} form={form} arm={arm} at={at} isRemovable={at > 0 && arms.length > ARMS.min} />
      ))}
      {arms.length < ARMS.max && (
        <Group>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => form.insertListItem('arms', newArm())}
          >
            {t('addArm')}
          </Button>
        </Group>
      )}
    </FormBody>
  );
}

function Terms({ form }: { form: Pick<UseFormReturnType<Values>, 'getInputProps' | 'getValues'> }) {
  const t = useTranslations('admin.growth.form');
  const metrics = useTranslations('admin.growth.metrics');
  const isShare = form.getValues().metric !== 'revenue';
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        label={t('key')}
        description={t('keyText')}
        required
        autoComplete="off"
        {...form.getInputProps('key')}
      />
      <Select
        label={t('metric')}
        description={t('metricText')}
        allowDeselect={false}
        data={METRICS.map((value) => ({ value, label: metrics(value) }))}
        {...form.getInputProps('metric')}
      />
      <DayInput label={t('from')} description={t('fromText')} {...form.getInputProps('from')} />
      <DayInput label={t('to')} description={t('toText')} required {...form.getInputProps('to')} />
      <CountInput label={t('window')} description={t('windowText')} required {...form.getInputProps('window_days')} />
      {isShare ? (
        <>
          <AmountInput
            label={t('baseline')}
            description={t('baselineText')}
            required
            rightSection="%"
            {...form.getInputProps('baseline')}
          />
          <AmountInput
            label={t('smallest')}
            description={t('smallestText')}
            required
            rightSection="%"
            {...form.getInputProps('smallest_difference')}
          />
        </>
      ) : (
        <CountInput label={t('size')} description={t('sizeText')} required {...form.getInputProps('arm_size')} />
      )}
    </SimpleGrid>
  );
}

function useExperimentForm(): UseFormReturnType<Values> {
  const t = useTranslations('admin.growth.form');
  const texts = useTranslations();
  const amount = matches({ required: true, decimal: true }, texts);
  const count = matchesCount(texts, { min: 1, isRequired: true });
  const gift = (arms: ArmDraft[], path: string) => arms[Number(path.split('.')[1])]?.gift;
  return useForm<Values>({
    initialValues: {
      key: '',
      metric: 'converted',
      from: '',
      to: '',
      window_days: '14',
      baseline: '',
      smallest_difference: '',
      arm_size: '',
      arms: [newArm(t('firstName'), 'usual'), newArm()],
    },
    validate: {
      key: matches(rules.ExperimentBody.key, texts, t('keyHint')),
      to: matches({ required: true }, texts),
      window_days: count,
      baseline: (value, { metric }) => (metric === 'revenue' ? null : amount(value)),
      smallest_difference: (value, { metric }) => (metric === 'revenue' ? null : amount(value)),
      arm_size: (value, { metric }) => (metric === 'revenue' ? count(value) : null),
      arms: {
        name: matches({ required: true, maxLength: 64 }, texts),
        weight: count,
        trial_credits: (value, { arms }, path) => (gift(arms, path) === 'credits' ? amount(value) : null),
        trial_steps: {
          credits: (value, { arms }, path) => (gift(arms, path) === 'steps' ? amount(value) : null),
          expires_days: (value, { arms }, path) => (gift(arms, path) === 'steps' ? count(value) : null),
        },
      },
    },
  });
}

function bodyFrom(values: Values, timeZone: string) {
  const { metric, from, to, window_days, baseline, smallest_difference, arm_size, arms } = values;
  return {
    key: values.key.trim(),
    metric,
    ...(from !== '' && { from: startOfDay(from, timeZone).toISOString() }),
    to: endOfDay(to, timeZone).toISOString(),
    window_days: Number(window_days),
    ...(metric === 'revenue'
      ? { arm_size: Number(arm_size) }
      : {
          baseline: baseline.trim() as AmountText,
          smallest_difference: smallest_difference.trim() as AmountText,
        }),
    arms: arms.map(armFrom),
  };
}
