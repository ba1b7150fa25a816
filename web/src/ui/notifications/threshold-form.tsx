import { Button, Group } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { changeNotificationPreferences } from '../../api/notifications.ts';
import { PreferencesBody } from '../../api/rules.gen.ts';
import type { PreferencesView } from '../../api/schema.gen.ts';
import { type AmountText, typedOf } from '../../lib/amount.ts';
import { matches } from '../../lib/rules.ts';
import { AmountInput } from '../fields.tsx';
import { useMessageOf } from '../states.tsx';
import { useSubmit } from '../submit.ts';

/** The credits below which the person is told that they run low. Empty means a tenth of the plan's credits. */
export function ThresholdForm({ language, timezone, low_balance_threshold: chosen }: PreferencesView) {
  const t = useTranslations();
  const messageOf = useMessageOf();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { low_balance_threshold: chosen === null ? '' : typedOf(chosen) },
    validate: { low_balance_threshold: matches(PreferencesBody.low_balance_threshold, t) },
  });
  const submit = useSubmit({
    form,
    send: ({ low_balance_threshold: typed }) => {
      const low_balance_threshold = typed.trim() === '' ? null : (typed.trim() as AmountText);
      return changeNotificationPreferences({ language, timezone, kinds: [], low_balance_threshold });
    },
    done: t('notificationPreferences.thresholdDone'),
  });
  const field = form.getInputProps('low_balance_threshold') as { error?: React.ReactNode };
  return (
    <form
      noValidate
      aria-label={t('notificationPreferences.threshold')}
      onSubmit={form.onSubmit((values) => submit.mutate(values))}
    >
      <Group align="flex-start" gap="sm">
        <AmountInput
          label={t('notificationPreferences.threshold')}
          description={t('notificationPreferences.thresholdHint')}
          key={form.key('low_balance_threshold')}
          {...field}
          error={field.error ?? (submit.error && messageOf(submit.error))}
          flex="1 1 240px"
        />
        <Button type="submit" loading={submit.isPending} className="beside-field" mt={20}>
          {t('form.save')}
        </Button>
      </Group>
    </form>
  );
}
