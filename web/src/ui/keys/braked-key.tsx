import { Alert, Group, Stack, Text } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { resumeKey } from '../../api/api-keys.ts';
import type { ApiKeyView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import { ConfirmedAction } from '../action.tsx';

interface BrakedKeyProps {
  apiKey: ApiKeyView;
  /** What else somebody needs to know or do, such as a link to the account. */
  children?: ReactNode;
}

/** Says why the brake has paused a key, and resumes it. Nothing for another key. */
export function BrakedKey({
  apiKey: { id, name, status, braked_model, braked_burn, paused_at },
  children,
}: BrakedKeyProps) {
  const t = useTranslations('keys');
  const format = useFormat();
  if (braked_model === null || braked_burn === null || status === 'revoked') return null;
  const facts = { model: braked_model, credits: format.cents(braked_burn), time: format.minute(paused_at ?? '') };
  return (
    <Alert color="orange" icon={<IconHandStop aria-hidden />} title={t('braked', { name })}>
      <Stack gap="sm">
        <Text size="sm">{t('brakedText', facts)}</Text>
        <Text size="sm">{t('brakedAdvice')}</Text>
        <Group gap="sm">
          <ConfirmedAction
            label={t('resume')}
            question={t('brakedQuestion', { name, model: braked_model })}
            action={() => resumeKey(id)}
            done={t('resumeDone')}
            button={{ size: 'xs' }}
          />
          {children}
        </Group>
      </Stack>
    </Alert>
  );
}
