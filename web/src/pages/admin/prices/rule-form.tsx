import { Select } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../../../api/client.ts';
import * as rules from '../../../api/rules.gen.ts';
import type { MarkupRuleView, MarkupScope } from '../../../api/schema.gen.ts';
import { type AmountText, percentOfShare, shareOfPercent } from '../../../lib/amount.ts';
import { matches } from '../../../lib/rules.ts';
import { AmountInput } from '../../../ui/fields.tsx';
import { FormBody } from '../../../ui/form-body.tsx';
import { useSubmit } from '../../../ui/submit.ts';
import { MatchInput } from './match-input.tsx';

export const MARKUP_SCOPES = ['class', 'provider', 'model', 'tier'] as const satisfies MarkupScope[];

/** More places than the service stores of a share would be lost. */
const PERCENT = String.raw`^\d+(\.\d{1,8})?$`;

interface RuleFormProps {
  /** The rule to change; null adds one. */
  rule: MarkupRuleView | null;
  onClose: () => void;
}

/** Adds a markup rule, or changes the rate of one. The rate is entered as percent. */
export function RuleForm({ rule, onClose }: RuleFormProps) {
  const t = useTranslations('admin.prices.rules');
  const terms = useTranslations();
  const texts = useTranslations();
  const form = useForm({
    initialValues: {
      scope: rule?.scope ?? 'class',
      match: rule?.match ?? '',
      rate: rule ? percentOfShare(rule.rate) : '',
    },
    validate: {
      match: matches(rules.MarkupRuleBody.match, texts, t('matchHint')),
      rate: matches({ ...rules.MarkupRuleBody.rate, pattern: PERCENT }, texts, t('rateDigits')),
    },
  });
  const submit = useSubmit({
    form,
    done: t('saved'),
    onDone: onClose,
    send: ({ scope, match, rate }) => {
      const share = shareOfPercent(rate.trim() as AmountText);
      return rule
        ? bodyOf(
            api.PATCH('/api/v1/pricing/markup-rules/{id}', {
              params: { path: { id: rule.id } },
              body: { rate: share },
            }),
          )
        : bodyOf(api.POST('/api/v1/pricing/markup-rules', { body: { scope, match: match.trim(), rate: share } }));
    },
  });
  const { scope } = form.getValues();
  return (
    <FormBody label={rule ? t('edit') : t('add')} form={form} submit={submit} action={t('save')} onCancel={onClose}>
      <Select
        label={t('scope')}
        allowDeselect={false}
        disabled={rule !== null}
        data={MARKUP_SCOPES.map((value) => ({ value, label: terms(`markupScope.${value}`) }))}
        {...form.getInputProps('scope')}
        onChange={(value: MarkupScope | null) => form.setValues({ scope: value ?? 'class', match: '' })}
      />
      <MatchInput label={t('match')} scope={scope} disabled={rule !== null} {...form.getInputProps('match')} />
      <AmountInput label={t('rate')} description={t('rateHint')} rightSection="%" {...form.getInputProps('rate')} />
    </FormBody>
  );
}
