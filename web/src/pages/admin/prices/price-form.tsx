import { Alert, Checkbox, Collapse, SimpleGrid, TextInput, UnstyledButton } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import { Problem } from '../../../api/problem.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { ModelPriceView, PriceBody } from '../../../api/schema.gen.ts';
import { type AmountText, typedOf } from '../../../lib/amount.ts';
import { startOfDay } from '../../../lib/dates.ts';
import { useFormat } from '../../../lib/format.ts';
import { matches } from '../../../lib/rules.ts';
import { AmountInput, DayInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';
import { ALL_PRICES, MAIN_PRICES, MORE_PRICES, type PriceColumn } from './columns.ts';

interface PriceFormProps {
  /** The price that the new one replaces; its figures are filled in. */
  before?: ModelPriceView | undefined;
  /** Model of a price without one before it. */
  model?: string | undefined;
  onClose: () => void;
}

const textsOf = (before: ModelPriceView | undefined): Record<PriceColumn, string> =>
  Object.fromEntries(
    ALL_PRICES.map((column) => {
      const value = before?.[column] ?? null;
      return [column, value === null ? '' : typedOf(value)];
    }),
  ) as Record<PriceColumn, string>;

/** Sets a price. Prices are never edited: the new one replaces the one before from a day on. */
export function PriceForm({ before, model = '', onClose }: PriceFormProps) {
  const t = useTranslations('admin.prices.form');
  const texts = useTranslations();
  const format = useFormat();
  const [hasMore, { toggle }] = useDisclosure(MORE_PRICES.some((column) => (before?.[column] ?? null) !== null));
  const form = useForm({
    initialValues: {
      model: before?.model ?? model,
      service: before?.service ?? '*',
      name: before?.name ?? '',
      ...textsOf(before),
      effective_from: '',
      is_free: before?.is_free ?? false,
      allow_jump: false,
    },
    validate: {
      model: matches(rules.PriceBody.model, texts, t('modelHint')),
      service: matches(rules.PriceBody.service, texts, t('serviceHint')),
      name: matches(rules.PriceBody.name, texts),
      ...Object.fromEntries(ALL_PRICES.map((column) => [column, matches(rules.PriceBody[column], texts)])),
    },
  });
  const submit = useSubmit({
    form,
    done: t('done'),
    onDone: onClose,
    send: (values) => bodyOf(api.POST('/api/v1/pricing/models', { body: bodyFrom(values, before, format.time_zone) })),
  });
  const isJump = submit.error instanceof Problem && submit.error.code === 'price_jump';
  const field = (column: PriceColumn) => (
    <AmountInput key={column} label={texts(`price.${column}`)} leftSection="$" {...form.getInputProps(column)} />
  );
  return (
    <FormBody label={t('title')} form={form} submit={submit} action={t('submit')} onCancel={onClose}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {!before && (
          <>
            <TextInput
              label={t('model')}
              description={t('modelDescription')}
              required
              {...form.getInputProps('model')}
            />
            <TextInput label={t('service')} description={t('serviceDescription')} {...form.getInputProps('service')} />
          </>
        )}
        <TextInput label={t('name')} {...form.getInputProps('name')} />
        <DayInput label={t('from')} description={t('fromHint')} {...form.getInputProps('effective_from')} />
        {MAIN_PRICES.map(field)}
      </SimpleGrid>
      <UnstyledButton className="plain-link" aria-expanded={hasMore} onClick={toggle}>
        {t(hasMore ? 'fewer' : 'more')}
      </UnstyledButton>
      <Collapse expanded={hasMore}>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>{MORE_PRICES.map(field)}</SimpleGrid>
      </Collapse>
      <Checkbox
        label={t('free')}
        description={t('freeHint')}
        {...form.getInputProps('is_free', { type: 'checkbox' })}
      />
      {isJump && (
        <Alert color="orange">
          <Checkbox label={t('allowJump')} {...form.getInputProps('allow_jump', { type: 'checkbox' })} />
        </Alert>
      )}
    </FormBody>
  );
}

type Values = Record<PriceColumn, string> & {
  model: string;
  service: string;
  name: string;
  effective_from: string;
  is_free: boolean;
  allow_jump: boolean;
};

/** Empty columns are left out: they have no price of their own. Conditional prices of the price before stay. */
function bodyFrom(values: Values, before: ModelPriceView | undefined, timeZone: string): PriceBody {
  const prices = ALL_PRICES.flatMap((column) => {
    const text = values[column].trim();
    return text === '' ? [] : [[column, text]];
  });
  return {
    model: values.model.trim(),
    service: values.service.trim() || '*',
    name: values.name.trim() || null,
    ...(Object.fromEntries(prices) as Partial<Record<PriceColumn, AmountText>>),
    is_free: values.is_free,
    allow_jump: values.allow_jump,
    ...(before && { context_length: before.context_length, max_output_tokens: before.max_output_tokens }),
    ...(before && before.overrides.length > 0 && { overrides: before.overrides }),
    ...(values.effective_from !== '' && {
      effective_from: startOfDay(values.effective_from, timeZone).toISOString(),
    }),
  };
}
