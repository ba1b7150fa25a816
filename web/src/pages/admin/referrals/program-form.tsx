import { SimpleGrid, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { setReferralProgram } from '../../../api/admin/referrals.ts';
import { ReferralProgramBody } from '../../../api/rules.gen.ts';
import type { ReferralProgramView } from '../../../api/schema.gen.ts';
import type { AmountText } from '../../../lib/amount.ts';
import { matches, matchesCount } from '../../../lib/rules.ts';
import { AmountInput, CountInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';

const COUNTS = ['refund_days', 'redeem_days', 'max_rewards_per_30_days', 'max_rewards', 'expires_days'] as const;
type Count = (typeof COUNTS)[number];
type Values = Record<Count | 'reward' | 'referred_credits' | 'min_paid' | 'sign_up_url', string>;

const DEFAULTS: Values = {
  reward: '',
  referred_credits: '0',
  min_paid: '',
  refund_days: '14',
  redeem_days: '30',
  max_rewards_per_30_days: '10',
  max_rewards: '100',
  expires_days: '365',
  sign_up_url: '',
};

/** Sets the terms of referrals. */
export function ProgramForm({ program, onClose }: { program: ReferralProgramView | null; onClose: () => void }) {
  const t = useTranslations();
  const count = matchesCount(t, { isRequired: true });
  const form = useForm<Values>({
    initialValues: valuesOf(program),
    validate: {
      reward: matches(ReferralProgramBody.reward, t),
      referred_credits: matches(ReferralProgramBody.referred_credits, t),
      min_paid: matches(ReferralProgramBody.min_paid, t),
      sign_up_url: matches(ReferralProgramBody.sign_up_url, t, t('admin.referrals.urlHint')),
      ...Object.fromEntries(COUNTS.map((field) => [field, count])),
    },
  });
  const submit = useSubmit({
    form,
    send: (values) => setReferralProgram(bodyOf(values)),
    done: t('admin.referrals.set'),
    onDone: onClose,
  });
  const field = (name: keyof Values) => ({
    label: t(`admin.referrals.fields.${name}`),
    ...form.getInputProps(name),
  });
  return (
    <FormBody
      label={t('admin.referrals.terms')}
      form={form}
      submit={submit}
      action={t('admin.referrals.save')}
      onCancel={onClose}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <AmountInput data-autofocus {...field('reward')} />
        <AmountInput {...field('referred_credits')} />
        <AmountInput {...field('min_paid')} />
        {COUNTS.map((name) => (
          <CountInput key={name} {...field(name)} />
        ))}
      </SimpleGrid>
      <TextInput
        type="url"
        description={t('admin.referrals.urlText')}
        placeholder="https://app.example.com/sign-up?ref={code}"
        {...field('sign_up_url')}
      />
    </FormBody>
  );
}

function valuesOf(program: ReferralProgramView | null): Values {
  if (program === null) return DEFAULTS;
  const fields = Object.keys(DEFAULTS) as (keyof Values)[];
  return Object.fromEntries(fields.map((field) => [field, String(program[field] ?? '')])) as Values;
}

function bodyOf({ reward, referred_credits, min_paid, sign_up_url, ...counts }: Values) {
  const numbers = Object.fromEntries(COUNTS.map((field) => [field, Number(counts[field])])) as Record<Count, number>;
  const amounts = { reward, referred_credits, min_paid } as Record<
    'reward' | 'referred_credits' | 'min_paid',
    AmountText
  >;
  return { ...amounts, ...numbers, sign_up_url: sign_up_url.trim() || null };
}
