import { Checkbox, MultiSelect, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { allTiers } from '../../../api/admin/tiers.ts';
import { api, bodyOf, fileOf, saveFile } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { BulkBody, CouponType } from '../../../api/schema.gen.ts';
import type { AmountText } from '../../../lib/amount.ts';
import { endOfDay, startOfDay } from '../../../lib/dates.ts';
import { useFormat } from '../../../lib/format.ts';
import { matches, matchesCount } from '../../../lib/rules.ts';
import type { Translate } from '../../../texts/texts.ts';
import { AmountInput, CountInput, DayInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';

const TYPES = ['credit_bonus', 'percentage_discount', 'fixed_discount', 'free_month'] as const satisfies CouponType[];

const COMMON = {
  coupon_type: 'credit_bonus' as CouponType,
  value: '',
  description: '',
  max_uses: '',
  valid_from: '',
  expires_at: '',
  tiers: [] as string[],
  first_purchase_only: false,
  new_accounts_only: false,
};
type Common = typeof COMMON;

const commonRules = (t: Translate) => ({
  value: (value: string, { coupon_type }: Common) =>
    coupon_type === 'free_month' ? null : matches({ ...rules.CouponBody.value, required: true }, t)(value),
  description: matches(rules.CouponBody.description, t),
  max_uses: matchesCount(t, { min: 1 }),
});

/** @returns the terms of a coupon for the service; days begin and end in the admin's time zone */
function termsFrom(values: Common, timeZone: string) {
  return {
    coupon_type: values.coupon_type,
    ...(values.coupon_type !== 'free_month' && { value: values.value.trim() as AmountText }),
    description: values.description.trim() || null,
    max_uses: values.max_uses.trim() === '' ? null : Number(values.max_uses),
    ...(values.valid_from !== '' && { valid_from: startOfDay(values.valid_from, timeZone).toISOString() }),
    expires_at: values.expires_at === '' ? null : endOfDay(values.expires_at, timeZone).toISOString(),
    tiers: values.tiers,
    first_purchase_only: values.first_purchase_only,
    new_accounts_only: values.new_accounts_only,
  } satisfies Partial<BulkBody>;
}

/** Creates one coupon. */
export function CouponForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('admin.coupons');
  const texts = useTranslations();
  const format = useFormat();
  const form = useForm({
    initialValues: { ...COMMON, code: '' },
    // codes are stored in upper case
    transformValues: (values) => ({ ...values, code: values.code.trim().toUpperCase() }),
    validate: {
      ...commonRules(texts),
      code: (code) => matches(rules.CouponBody.code, texts, t('codeHint'))(code.toUpperCase()),
    },
  });
  const submit = useSubmit({
    form,
    done: t('created'),
    onDone: onClose,
    send: ({ code, ...values }) =>
      bodyOf(
        api.POST('/api/v1/credits/coupons/create', {
          body: { ...termsFrom(values, format.time_zone), ...(code !== '' && { code }) },
        }),
      ),
  });
  return (
    <FormBody label={t('add')} form={form} submit={submit} action={t('create')} onCancel={onClose}>
      <TextInput label={t('code')} description={t('codeEmpty')} autoComplete="off" {...form.getInputProps('code')} />
      <TermFields form={form} />
    </FormBody>
  );
}

/** Creates many coupons with random codes and saves them as a file. */
export function BulkForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('admin.coupons');
  const texts = useTranslations();
  const format = useFormat();
  const form = useForm({
    initialValues: { ...COMMON, max_uses: '1', count: '', prefix: '' },
    transformValues: (values) => ({ ...values, prefix: values.prefix.trim().toUpperCase() }),
    validate: {
      ...commonRules(texts),
      count: matchesCount(texts, { min: 1, isRequired: true }),
      prefix: (prefix) => matches(rules.BulkBody.prefix, texts, t('prefixHint'))(prefix.toUpperCase()),
    },
  });
  const submit = useSubmit({
    form,
    done: t('bulkCreated'),
    onDone: onClose,
    send: async ({ count, prefix, ...values }) => {
      const body = {
        ...termsFrom(values, format.time_zone),
        count: Number(count),
        ...(prefix !== '' && { prefix }),
      };
      const params = { query: { format: 'csv' as const } };
      saveFile(
        await fileOf(api.POST('/api/v1/credits/coupons/bulk', { params, body, parseAs: 'blob' })),
        'coupons.csv',
      );
    },
  });
  return (
    <FormBody label={t('bulk')} form={form} submit={submit} action={t('createFile')} onCancel={onClose}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <CountInput label={t('count')} description={t('countHint')} required {...form.getInputProps('count')} />
        <TextInput
          label={t('prefix')}
          description={t('prefixHint')}
          autoComplete="off"
          {...form.getInputProps('prefix')}
        />
      </SimpleGrid>
      <TermFields form={form} />
    </FormBody>
  );
}

/** What a coupon gives, and who can redeem it when. */
function TermFields({ form }: { form: Pick<UseFormReturnType<Common>, 'getInputProps' | 'getValues'> }) {
  const t = useTranslations('admin.coupons');
  const terms = useTranslations();
  const { data: tiers = [] } = useQuery(allTiers());
  const { coupon_type } = form.getValues();
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t('type')}
          allowDeselect={false}
          data={TYPES.map((value) => ({ value, label: terms(`couponType.${value}`) }))}
          {...form.getInputProps('coupon_type')}
        />
        {coupon_type !== 'free_month' && (
          <AmountInput label={t(`values.${coupon_type}`)} required {...form.getInputProps('value')} />
        )}
        <CountInput label={t('maxUses')} description={t('maxUsesHint')} {...form.getInputProps('max_uses')} />
        <TextInput label={t('description')} description={t('descriptionHint')} {...form.getInputProps('description')} />
        <DayInput label={t('validFrom')} description={t('validFromHint')} {...form.getInputProps('valid_from')} />
        <DayInput label={t('expiresOn')} description={t('expiresHint')} {...form.getInputProps('expires_at')} />
      </SimpleGrid>
      <MultiSelect
        label={t('plans')}
        description={t('plansHint')}
        data={tiers.map(({ tier, name }) => ({ value: tier, label: name }))}
        {...form.getInputProps('tiers')}
      />
      <Checkbox label={t('firstPurchase')} {...form.getInputProps('first_purchase_only', { type: 'checkbox' })} />
      <Checkbox label={t('newAccounts')} {...form.getInputProps('new_accounts_only', { type: 'checkbox' })} />
    </>
  );
}
