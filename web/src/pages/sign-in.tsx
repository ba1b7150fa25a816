import { Anchor, Card, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { dashboardConfig } from '../auth/config.ts';
import { goToProvider, returnFromProvider } from '../auth/provider.ts';
import { actFor } from '../auth/acting.ts';
import { beginSession, type Session } from '../auth/session.ts';
import { Brand } from '../ui/brand.tsx';
import { SignInWays } from '../ui/sign-in-ways.tsx';
import { ProblemAlert } from '../ui/states.tsx';

const route = getRouteApi('/sign-in');

/** Only paths of this app: a link must not lead people elsewhere after they signed in. */
const safePath = (then: string | undefined): string =>
  then?.startsWith('/') && !then.startsWith('//') && !then.includes('\\') ? then : '/';

/** The sign-in page. `then` is where the person wanted to go. */
export function SignIn() {
  const t = useTranslations('signIn');
  const then = safePath(route.useSearch().then);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const begin = (session: Session): void => {
    queries.clear();
    beginSession(session);
    void navigate({ href: then, replace: true });
  };
  return (
    <Welcome>
      <div>
        <Title order={1} fz="h3">
          {t('title', { name: dashboardConfig.brand.name })}
        </Title>
        <Text size="sm" c="dimmed">
          {t('subtitle')}
        </Text>
      </div>
      <SignInWays onSession={begin} onProvider={(provider) => goToProvider(provider, then)} />
    </Welcome>
  );
}

/** Where the identity provider returns to. */
export function SignedIn() {
  const t = useTranslations('signIn');
  const { provider } = dashboardConfig.sign_in;
  const finish = useMutation({
    mutationFn: async () => provider && returnFromProvider(provider),
    onSuccess: (then) => {
      // a full load: nothing that the provider put into the address stays in the history
      if (then !== null) location.replace(`/app${safePath(then)}`);
    },
  });
  const { mutate, isIdle } = finish;
  useEffect(() => {
    if (isIdle) mutate();
  }, [isIdle, mutate]);
  if (finish.data === null) return <Notice>{t('closeWindow')}</Notice>;
  return <Arrival error={finish.error} />;
}

/**
 * Where a portal link leads to. The token is in the fragment, which is never sent to a server. It is tried before the
 * session begins, so that a link that has ended says so.
 */
export function Portal() {
  const t = useTranslations('signIn');
  const enter = useMutation({
    mutationFn: async (fragment: string) => {
      const token = new URLSearchParams(fragment).get('token');
      if (token === null) throw new Error(t('portalMissing'));
      await api.GET('/api/v1/me', { headers: { authorization: `Bearer ${token}` } }).catch((error: unknown) => {
        throw error instanceof Problem && error.status === 401 ? new Error(t('portalEnded')) : error;
      });
      return token;
    },
    onSuccess: (token) => {
      actFor(null);
      beginSession({ token, via: 'portal' });
      location.replace('/app/'); // the token leaves the address, and somebody else's data the memory
    },
  });
  const { mutate, isIdle } = enter;
  useEffect(() => {
    if (isIdle) mutate(location.hash.slice(1));
  }, [isIdle, mutate]);
  return <Arrival error={enter.error} />;
}

function Arrival({ error }: { error: Error | null }) {
  const t = useTranslations('signIn');
  if (!error)
    return (
      <Center mih="100dvh" component="main">
        <Loader aria-label={t('working')} />
      </Center>
    );
  return (
    <Welcome>
      <Title order={1} fz="h3">
        {t('failed')}
      </Title>
      <ProblemAlert error={error} />
      <Anchor component={Link} to="/sign-in">
        {t('again')}
      </Anchor>
    </Welcome>
  );
}

function Notice({ children }: { children: ReactNode }) {
  return (
    <Welcome>
      <Text role="status">{children}</Text>
    </Welcome>
  );
}

function Welcome({ children }: { children: ReactNode }) {
  return (
    <main className="welcome">
      <Card w="100%" maw={420} padding="xl" shadow="md">
        <Stack>
          <Brand />
          {children}
        </Stack>
      </Card>
    </main>
  );
}
