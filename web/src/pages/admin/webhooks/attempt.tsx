import { Alert, Code, Stack, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { WebhookAttemptView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';

/** What came of an attempt to send an event. */
export function Attempt({ attempt }: { attempt: WebhookAttemptView }) {
  const t = useTranslations('admin.webhooks');
  const format = useFormat();
  const { attempted_at, status_code, duration_ms, error, response } = attempt;
  const title = `${format.second(attempted_at)} · ${status_code ?? t('noResponse')} · ${t('ms', { ms: duration_ms })}`;
  return (
    <Alert color={error === null ? 'teal' : 'red'} title={title}>
      <Stack gap={6}>
        <Text size="sm">{error ?? t('accepted')}</Text>
        {response !== null && (
          <Code block className="wrap" fz="xs">
            {response}
          </Code>
        )}
      </Stack>
    </Alert>
  );
}
