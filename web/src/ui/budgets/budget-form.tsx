import { Select, SimpleGrid, Switch, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { createBudget } from '../../api/budgets.ts';
import { BudgetBody } from '../../api/rules.gen.ts';
import type { BudgetView } from '../../api/schema.gen.ts';
import type { AmountText } from '../../lib/amount.ts';
import { useFormat } from '../../lib/format.ts';
import { matches } from '../../lib/rules.ts';
import { AmountInput } from '../fields.tsx';
import { FormBody } from '../form-body.tsx';
import { useSubmit } from '../submit.ts';
import { type Subject, SUBJECTS, useKeys } from './budget-names.ts';
import { ExceedSelect } from './exceed-select.tsx';

const UNITS = ['credits', 'calls', 'tokens'] as const;
/** A fixed range is for the API: its ends are instants. */
const WINDOWS = ['hour', 'day', 'week', 'month', 'period', 'rolling_24h', 'rolling_30d'] as const;
const FIELD = { key: 'api_key_id', service: 'service', model: 'model', tag: 'tag', member: 'member_id' } as const;

interface Values extends Record<string, unknown> {
  about: Subject;
  which: string;
  limit: string;
  unit: BudgetView['unit'];
  window: BudgetView['window'];
  on_exceed: BudgetView['on_exceed'];
  forecast: boolean;
}

interface BudgetFormProps {
  /** Somebody else's account, for admins. */
  userId?: string | undefined;
  onDone: () => void;
}

/** Creates a budget. It counts what its window has used already. */
export function BudgetForm({ userId, onDone }: BudgetFormProps) {
  const t = useTranslations();
  const { time_zone } = useFormat();
  const form = useForm<Values>({
    initialValues: {
      about: 'account',
      which: '',
      limit: '',
      unit: 'credits',
      window: 'month',
      on_exceed: 'block',
      forecast: true,
    },
    validate: {
      limit: matches(BudgetBody.limit, t),
      which: (value, { about }) => (about !== 'account' && value.trim() === '' ? t('form.required') : null),
    },
  });
  const submit = useSubmit({
    form,
    send: ({ about, which, limit, ...terms }) =>
      createBudget({
        ...terms,
        limit: limit.trim() as AmountText,
        timezone: time_zone,
        ...(about !== 'account' && { scope: { [FIELD[about]]: which.trim() } }),
        ...(userId !== undefined && { user_id: userId }),
      }),
    done: t('budgets.createDone'),
    onDone,
  });
  return (
    <FormBody label={t('budgets.create')} form={form} submit={submit} action={t('budgets.create')} onCancel={onDone}>
      <SubjectFields form={form} userId={userId} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <AmountInput label={t('budgets.limit')} data-autofocus {...form.getInputProps('limit')} />
        <Select
          label={t('budgets.unit')}
          allowDeselect={false}
          data={UNITS.map((value) => ({ value, label: t(`budgets.units.${value}`) }))}
          {...form.getInputProps('unit')}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t('budgets.window')}
          allowDeselect={false}
          data={WINDOWS.map((value) => ({ value, label: t(`budgets.windows.${value}`) }))}
          {...form.getInputProps('window')}
        />
        <ExceedSelect {...form.getInputProps('on_exceed')} />
      </SimpleGrid>
      <Switch label={t('budgets.forecast')} {...form.getInputProps('forecast', { type: 'checkbox' })} />
    </FormBody>
  );
}

/** What the budget is about: everything, or one key, service, model, tag or member. */
function SubjectFields({ form, userId }: { form: UseFormReturnType<Values>; userId: string | undefined }) {
  const t = useTranslations('budgets');
  const keys = useKeys(userId).filter(({ status }) => status !== 'revoked');
  const { about } = form.values;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Select
        label={t('about')}
        allowDeselect={false}
        data={SUBJECTS.map((value) => ({ value, label: t(`what.${value}`) }))}
        {...form.getInputProps('about')}
        onChange={(value: Subject | null) => form.setValues({ about: value ?? 'account', which: '' })}
      />
      {about === 'key' && (
        <Select
          label={t('which')}
          data={keys.map(({ id, name, start }) => ({ value: id, label: `${name} (${start}…)` }))}
          {...form.getInputProps('which')}
          onChange={(value: string | null) => form.setFieldValue('which', value ?? '')}
        />
      )}
      {about !== 'key' && about !== 'account' && (
        <TextInput label={t('which')} autoComplete="off" {...form.getInputProps('which')} />
      )}
    </SimpleGrid>
  );
}
