import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';

/** A new secret, which nobody can read again. @param onDone once it has been saved */
export function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  const t = useTranslations('keys');
  return (
    <Stack>
      <Alert color="teal" title={t('newSecret')}>
        {t('newSecretText')}
      </Alert>
      <Code block className="wrap" fz="sm" aria-label={t('secret')} tabIndex={0} role="region">
        {secret}
      </Code>
      <Group justify="end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              variant={copied ? 'default' : 'filled'}
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              onClick={copy}
              data-autofocus
            >
              {copied ? t('copied') : t('copy')}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={onDone}>
          {t('saved')}
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {t('secretHint')}
      </Text>
    </Stack>
  );
}
