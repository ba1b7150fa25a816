import { Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId } from 'react';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../api/client.ts';
import { me } from '../api/queries.ts';
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
  const title = useId();
  if (!is_interrupted) return null;
  return (
    // a dialog of the browser: it is above every panel, and is there when nothing more can be loaded
    <dialog
      className="session-dialog"
      aria-labelledby={title}
      ref={(dialog) => dialog?.showModal()}
      onCancel={(event) => event.preventDefault()}
      onClose={({ currentTarget }) => currentTarget.showModal()} // the Escape key, pressed twice, closes all the same
    >
      <Stack>
        <Title order={2} id={title}>
          {t('endedTitle')}
        </Title>
        <Text size="sm">{t('endedText')}</Text>
        <SignInWays
          onProvider={async (provider) => {
            const { finished } = await openSignInWindow(provider);
            resume.mutate(finished);
          }}
          onSession={(next) => resume.mutate(next)}
        />
        {resume.error && <ProblemAlert error={resume.error} />}
      </Stack>
    </dialog>
  );
}
