import { Button, Divider, PasswordInput, Stack, Text } from '@mantine/core';
import { IconLogin2, IconUser, IconUserShield } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { dashboardConfig } from '../auth/config.ts';
import type { Provider } from '../auth/provider.ts';
import type { Session } from '../auth/session.ts';
import { ProblemAlert, useMessageOf } from './states.tsx';

interface SignInWaysProps {
  /** Called for the identity provider's way, which leaves the page or opens a window. */
  onProvider: (provider: Provider) => Promise<void>;
  onSession: (session: Session) => void;
}

/** The ways to sign in that the operator offers: identity provider, one click in development, a pasted token. */
export function SignInWays({ onProvider, onSession }: SignInWaysProps) {
  const t = useTranslations('signIn');
  const { provider, is_development } = dashboardConfig.sign_in;
  const leave = useMutation({ mutationFn: onProvider });
  const hasOther = provider !== null || is_development;
  return (
    <Stack>
      {provider && (
        <Button
          size="md"
          leftSection={<IconLogin2 size={18} aria-hidden />}
          onClick={() => leave.mutate(provider)}
          loading={leave.isPending}
        >
          {t('provider')}
        </Button>
      )}
      {leave.error && <ProblemAlert error={leave.error} />}
      {is_development && <DemoButtons onSession={onSession} />}
      {hasOther && <Divider label={t('or')} />}
      <TokenForm onSession={onSession} isMain={!hasOther} />
    </Stack>
  );
}

function DemoButtons({ onSession }: Pick<SignInWaysProps, 'onSession'>) {
  const t = useTranslations('signIn');
  const enter = useMutation({
    mutationFn: async (role: 'user' | 'admin') => {
      const response = await fetch('/app/development/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ role }),
      });
      if (!response.ok) throw await Problem.from(response);
      return (await response.json()) as { token: string };
    },
    onSuccess: ({ token }) => onSession({ token, via: 'development' }),
  });
  return (
    <>
      <Button size="md" leftSection={<IconUser size={18} aria-hidden />} onClick={() => enter.mutate('user')}>
        {t('demoUser')}
      </Button>
      <Button
        size="md"
        variant="default"
        leftSection={<IconUserShield size={18} aria-hidden />}
        onClick={() => enter.mutate('admin')}
      >
        {t('demoAdmin')}
      </Button>
      <Text size="xs" c="dimmed">
        {t('demoHint')}
      </Text>
      {enter.error && <ProblemAlert error={enter.error} />}
    </>
  );
}

/** A token is tried before the session begins, so that a wrong one is refused here. */
function TokenForm({ onSession, isMain }: { onSession: SignInWaysProps['onSession']; isMain: boolean }) {
  const t = useTranslations('signIn');
  const messageOf = useMessageOf();
  const [pasted, setPasted] = useState('');
  const verify = useMutation({
    mutationFn: async (text: string) => {
      const token = text.trim().replace(/^Bearer\s+/i, '');
      if (token === '') throw new Error(t('tokenMissing'));
      await api.GET('/api/v1/me', { headers: { authorization: `Bearer ${token}` } });
      return token;
    },
    onSuccess: (token) => onSession({ token, via: 'token' }),
  });
  const { error } = verify;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        verify.mutate(pasted);
      }}
    >
      <Stack gap="sm">
        <PasswordInput
          label={t('token')}
          description={t('tokenHint')}
          autoComplete="off"
          value={pasted}
          onChange={({ currentTarget }) => {
            setPasted(currentTarget.value);
            verify.reset();
          }}
          error={error instanceof Problem && error.status === 401 ? t('refused') : error && messageOf(error)}
        />
        <Button type="submit" variant={isMain ? 'filled' : 'default'} loading={verify.isPending}>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  );
}
