import { Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { boostBudget, changeBudget } from '../../api/budgets.ts';
import { BoostBody, BudgetChangeBody } from '../../api/rules.gen.ts';
import type { BudgetView } from '../../api/schema.gen.ts';
import type { AmountText } from '../../lib/amount.ts';
import { matches } from '../../lib/rules.ts';
import { AmountInput } from '../fields.tsx';
import { FormBody } from '../form-body.tsx';
import { useSubmit } from '../submit.ts';
import { ExceedSelect } from './exceed-select.tsx';

interface ChangeFormProps {
  budget: BudgetView;
  onDone: () => void;
}

/** Changes the limit of a budget and what happens beyond it. */
export function EditForm({ budget, onDone }: ChangeFormProps) {
  const t = useTranslations();
  const { limit, on_exceed, is_active, forecast } = budget;
  const form = useForm<{ limit: string } & Pick<BudgetView, 'on_exceed' | 'is_active' | 'forecast'>>({
    initialValues: { limit, on_exceed, is_active, forecast },
    validate: { limit: matches({ ...BudgetChangeBody.limit, required: true }, t) },
  });
  const submit = useSubmit({
    form,
    send: (values) => changeBudget(budget.id, { ...values, limit: values.limit.trim() as AmountText }),
    done: t('budgets.editDone'),
    onDone,
  });
  return (
    <FormBody label={t('budgets.edit')} form={form} submit={submit} action={t('form.save')} onCancel={onDone}>
      <AmountInput
        label={`${t('budgets.limit')} (${t(`budgets.units.${budget.unit}`)})`}
        data-autofocus
        {...form.getInputProps('limit')}
      />
      <ExceedSelect {...form.getInputProps('on_exceed')} />
      <Switch label={t('budgets.isActive')} {...form.getInputProps('is_active', { type: 'checkbox' })} />
      <Switch label={t('budgets.forecast')} {...form.getInputProps('forecast', { type: 'checkbox' })} />
    </FormBody>
  );
}

/** Raises one window of a budget. */
export function BoostForm({ budget, onDone }: ChangeFormProps) {
  const t = useTranslations();
  const form = useForm({
    initialValues: { amount: '', reason: '' },
    validate: { amount: matches(BoostBody.amount, t), reason: matches(BoostBody.reason, t) },
  });
  const submit = useSubmit({
    form,
    send: ({ amount, reason }) =>
      boostBudget(budget.id, { amount: amount.trim() as AmountText, reason: reason.trim() }),
    done: t('budgets.boostDone'),
    onDone,
  });
  return (
    <FormBody label={t('budgets.boost')} form={form} submit={submit} action={t('budgets.boost')} onCancel={onDone}>
      <Text size="sm">{t('budgets.boostText')}</Text>
      <AmountInput
        label={t('budgets.boostAmount', { unit: t(`budgets.units.${budget.unit}`) })}
        data-autofocus
        {...form.getInputProps('amount')}
      />
      <TextInput label={t('budgets.reason')} description={t('budgets.reasonText')} {...form.getInputProps('reason')} />
    </FormBody>
  );
}
