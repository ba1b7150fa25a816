import { Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../api/client.ts';
import { me } from '../api/queries.ts';
import { dashboardConfig } from '../auth/config.ts';
import { openSignInWindow } from '../auth/provider.ts';
import { beginSession, type Session, useSession } from '../auth/session.ts';
import { SignInWays } from './sign-in-ways.tsx';
import { ProblemAlert } from './states.tsx';

/**
 * Asks to sign in again where a token has ended. The page behind keeps its state. Somebody else who signs in gets a
 * fresh page, never that of the person before.
 */
export function SignInAgain() {
  const t = useTranslations('session');
  const queries = useQueryClient();
  const { is_interrupted } = useSession();
  const { data: config } = useSuspenseQuery(dashboardConfig());
  // what failed meanwhile is read again when the interruption is over, however it ended
  useEffect(() => {
    if (!is_interrupted) return undefined;
    return () => void queries.invalidateQueries();
  }, [is_interrupted, queries]);
  const resume = useMutation({
    mutationFn: async (pending: Session | Promise<Session>) => {
      const next = await pending;
      const before = queries.getQueryData(me().queryKey)?.user_id;
      const now = await bodyOf(api.GET('/api/v1/me', { headers: { authorization: `Bearer ${next.token}` } }));
      beginSession(next);
      if (before !== now.user_id) location.assign('/app/');
    },
  });
  return (
    <Modal
      opened={is_interrupted}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t('endedTitle')}
    >
      <Stack>
        <Text size="sm">{t('endedText')}</Text>
        <SignInWays
          ways={config.sign_in}
          onProvider={async () => {
            if (!config.sign_in.provider) return;
            const { finished } = await openSignInWindow(config.sign_in.provider);
            resume.mutate(finished);
          }}
          onSession={(next) => resume.mutate(next)}
        />
        {resume.error && <ProblemAlert error={resume.error} />}
      </Stack>
    </Modal>
  );
}
