import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { rotateKey } from '../../api/api-keys.ts';
import type { ApiKeyView } from '../../api/schema.gen.ts';
import { FormBody } from '../form-body.tsx';
import { useSubmit } from '../submit.ts';
import { Secret } from './secret.tsx';

/** Seconds for which the old secret still works. */
const GRACES = { none: 0, hour: 3_600, day: 86_400, week: 604_800, month: 2_592_000 } as const;

type Grace = keyof typeof GRACES;

/** Replaces the secret. Programs can change over while both work. */
export function RotateForm({ apiKey, onDone }: { apiKey: ApiKeyView; onDone: () => void }) {
  const t = useTranslations('keys');
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm<{ grace: Grace }>({ initialValues: { grace: 'day' } });
  const submit = useSubmit({
    form,
    send: ({ grace }) => rotateKey(apiKey.id, GRACES[grace]),
    done: t('rotateDone'),
    onDone: ({ key }) => setSecret(key),
  });
  if (secret !== null) return <Secret secret={secret} onDone={onDone} />;
  return (
    <FormBody label={t('rotate')} form={form} submit={submit} action={t('rotateAction')}>
      <Text size="sm">{t('rotateText')}</Text>
      <Stack gap={4}>
        <Text size="sm" fw={500}>
          {t('grace')}
        </Text>
        <SegmentedControl
          aria-label={t('grace')}
          data={(Object.keys(GRACES) as Grace[]).map((value) => ({ value, label: t(`graces.${value}`) }))}
          {...form.getInputProps('grace')}
        />
      </Stack>
    </FormBody>
  );
}
