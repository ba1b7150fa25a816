import { Alert, Anchor, Button, Card, Center, Stack, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { confirmContact } from '../api/notifications.ts';
import { Brand } from '../ui/brand.tsx';
import { ProblemAlert } from '../ui/states.tsx';

/** Where the link in a mail leads. The token is in the fragment, and only the button uses it: scanners open links. */
export function ConfirmAddress() {
  const t = useTranslations('contact');
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '');
  const confirm = useMutation<unknown, Error>({
    mutationFn: () => confirmContact(token),
    onSuccess: () => history.replaceState(history.state, '', location.pathname),
  });
  return (
    <Center component="main" mih="100dvh" p="md">
      <Card w="100%" maw={440}>
        <Stack>
          <Brand />
          <Title order={1} fz="h3">
            {t('confirmTitle')}
          </Title>
          {confirm.error && <ProblemAlert error={confirm.error} />}
          {confirm.isSuccess ? (
            <Alert color="teal" role="status" title={t('confirmed')} />
          ) : (
            <Button onClick={() => confirm.mutate()} loading={confirm.isPending}>
              {t('confirm')}
            </Button>
          )}
          <Anchor component={Link} to="/" size="sm">
            {t('toDashboard')}
          </Anchor>
        </Stack>
      </Card>
    </Center>
  );
}
