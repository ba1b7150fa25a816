import { Alert, Anchor, Button, Center, Loader, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Problem } from '../api/problem.ts';
import { useSaid } from './said.ts';

/** @returns what to show for an error: what the service says where it says something */
export function useMessageOf(): (error: Error) => string {
  const t = useTranslations();
  const said = useSaid();
  return (error) => {
    if (!(error instanceof Problem)) return error.message;
    if (error.message !== '') return said(`problem.${error.code}`, error.details, error.message);
    return error.status === 0 ? t('state.unreachable') : t('state.unknown', { status: error.status });
  };
}

/** A failed request, with a way to repeat it. */
export function ProblemAlert({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const t = useTranslations();
  const messageOf = useMessageOf();
  return (
    <Alert color="red" icon={<IconAlertCircle aria-hidden />} title={t('state.failed')} role="alert">
      <Stack gap="xs" align="start">
        <Text size="sm">{messageOf(error)}</Text>
        {error instanceof Problem && error.request_id && (
          <Text size="xs">{t('state.requestId', { id: error.request_id })}</Text>
        )}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('state.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

interface EmptyProps {
  title: string;
  /** What to do next. */
  text?: string;
  icon?: ReactNode;
  action?: ReactNode;
}

/** Shown where a list has no entries: says why, and what to do next. */
export function Empty({ title, text, icon, action }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" p="xl" ta="center">
      {icon && <div className="empty-icon">{icon}</div>}
      <Text fw={600}>{title}</Text>
      {text && (
        <Text size="sm" c="dimmed" maw={420}>
          {text}
        </Text>
      )}
      {action}
    </Stack>
  );
}

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** As high as what comes, so that nothing moves. */
  height: number;
  children: (data: T) => ReactNode;
}

/** A part of a page that waits for its data: skeleton, then problem with retry, or content. */
export function Loaded<T>({ query, height, children }: LoadedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton h={height} data-loading />;
}

export function Pending() {
  const t = useTranslations('state');
  return (
    <Center mih={320}>
      <Loader aria-label={t('loading')} />
    </Center>
  );
}

export function NotFound() {
  const t = useTranslations('state');
  return (
    <Center mih="60dvh">
      <Stack align="center">
        <Title order={1}>{t('notFound')}</Title>
        <Text c="dimmed">{t('notFoundText')}</Text>
        <Anchor component={Link} to="/">
          {t('home')}
        </Anchor>
      </Stack>
    </Center>
  );
}

export function NoAccess() {
  const t = useTranslations('state');
  return <Empty title={t('noAccess')} text={t('noAccessText')} />;
}

/** A page that could not be loaded, or threw while it was drawn. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const t = useTranslations('state');
  const messageOf = useMessageOf();
  const router = useRouter();
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <Stack p="lg" align="start">
      <Title order={1}>{t('crashed')}</Title>
      <Text>{error instanceof Error ? messageOf(error) : String(error)}</Text>
      <Button onClick={retry}>{t('retry')}</Button>
    </Stack>
  );
}
