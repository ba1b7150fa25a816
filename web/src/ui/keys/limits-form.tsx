import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { changeKey } from '../../api/api-keys.ts';
import type { ApiKeyView } from '../../api/schema.gen.ts';
import { type Day, dayIn, endOfDay } from '../../lib/dates.ts';
import { useFormat } from '../../lib/format.ts';
import { FormBody } from '../form-body.tsx';
import { useSubmit } from '../submit.ts';
import { LimitFields, NameField } from './limit-fields.tsx';
import { bodyOfLimits, limitRules, limitsOf } from './limits.ts';

/** @returns the last whole day before an instant, or the day that it cuts */
const lastDayOf = (instant: string, timeZone: string): Day => dayIn(timeZone, new Date(Date.parse(instant) - 1));

/** Changes name and limits of a key. */
export function LimitsForm({ apiKey, onDone }: { apiKey: ApiKeyView; onDone: () => void }) {
  const t = useTranslations();
  const { time_zone } = useFormat();
  const lastDay = apiKey.expires_at === null ? '' : lastDayOf(apiKey.expires_at, time_zone);
  const form = useForm({ initialValues: limitsOf(apiKey, lastDay), validate: limitRules(t) });
  const submit = useSubmit({
    form,
    send: (values) => {
      const { expires_on } = values;
      // an unchanged day keeps its time
      const expires_at = expires_on === lastDay ? apiKey.expires_at : endOfDay(expires_on, time_zone).toISOString();
      return changeKey(apiKey.id, bodyOfLimits(values, expires_on === '' ? null : expires_at));
    },
    done: t('keys.changeDone'),
    onDone,
  });
  return (
    <FormBody label={t('keys.limits')} form={form} submit={submit} action={t('form.save')} onCancel={onDone}>
      <NameField form={form} />
      <LimitFields form={form} />
    </FormBody>
  );
}
