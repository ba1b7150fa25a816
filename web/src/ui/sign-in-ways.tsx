import { Button, Divider, PasswordInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconLogin2, IconUser, IconUserShield } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import type { DashboardConfig } from '../auth/config.ts';
import type { Session } from '../auth/session.ts';
import { ProblemAlert } from './states.tsx';

interface SignInWaysProps {
  ways: DashboardConfig['sign_in'];
  /** Called for the identity provider's way, which leaves the page or opens a window. */
  onProvider: () => Promise<void>;
  onSession: (session: Session) => void;
}

/** The ways to sign in that the operator offers: identity provider, one click in development, a pasted token. */
export function SignInWays({ ways, onProvider, onSession }: SignInWaysProps) {
  const t = useTranslations('signIn');
  const provider = useMutation({ mutationFn: onProvider });
  const hasOther = ways.provider !== null || ways.is_development;
  return (
    <Stack>
      {ways.provider && (
        <Button
          size="md"
          leftSection={<IconLogin2 size={18} aria-hidden />}
          onClick={() => provider.mutate()}
          loading={provider.isPending}
        >
          {t('provider')}
        </Button>
      )}
      {provider.error && <ProblemAlert error={provider.error} />}
      {ways.is_development && <DemoButtons onSession={onSession} />}
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
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { token: '' },
    validate: { token: (value) => (value.trim() === '' ? t('tokenMissing') : null) },
  });
  const verify = useMutation({
    mutationFn: async (pasted: string) => {
      const token = pasted.trim().replace(/^Bearer\s+/i, '');
      await api.GET('/api/v1/me', { headers: { authorization: `Bearer ${token}` } });
      return token;
    },
    onSuccess: (token) => onSession({ token, via: 'token' }),
    onError: (error: Error) =>
      form.setFieldError('token', error instanceof Problem && error.status === 401 ? t('refused') : error.message),
  });
  return (
    <form onSubmit={form.onSubmit(({ token }) => verify.mutate(token))}>
      <Stack gap="sm">
        <PasswordInput
          label={t('token')}
          description={t('tokenHint')}
          autoComplete="off"
          key={form.key('token')}
          {...form.getInputProps('token')}
        />
        <Button type="submit" variant={isMain ? 'filled' : 'default'} loading={verify.isPending}>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  );
}
