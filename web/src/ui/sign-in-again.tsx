import { Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, bodyOf } from '../api/client.ts';
import { me } from '../api/queries.ts';
import { dashboardConfig } from '../auth/config.ts';
import { renewInWindow } from '../auth/provider.ts';
import { beginSession, session, type Session, useSession } from '../auth/session.ts';
import { SignInWays } from './sign-in-ways.tsx';

/**
 * Asks to sign in again where a token has ended. The page behind keeps its state. Somebody else who signs in gets a
 * fresh page, never that of the person before.
 */
export function SignInAgain() {
  const t = useTranslations('session');
  const queries = useQueryClient();
  const { is_interrupted } = useSession();
  const { data: config } = useSuspenseQuery(dashboardConfig());
  const resume = async (next: Session): Promise<void> => {
    const before = queries.getQueryData(me().queryKey)?.user_id;
    const headers = { authorization: `Bearer ${next.token}` };
    const now = await bodyOf(api.GET('/api/v1/me', { headers }));
    beginSession(next);
    if (before !== undefined && before !== now.user_id) {
      location.reload();
      notifications.show({ message: t('otherUser') });
      return;
    }
    await queries.invalidateQueries();
  };
  const viaProvider = async (): Promise<void> => {
    if (!config.sign_in.provider) return;
    await renewInWindow(config.sign_in.provider);
    const renewed = session();
    if (renewed) await resume(renewed);
  };
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
        <SignInWays ways={config.sign_in} onProvider={viaProvider} onSession={(next) => void resume(next)} />
      </Stack>
    </Modal>
  );
}
