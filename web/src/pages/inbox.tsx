import { Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { inbox, readAllNotifications, readNotification, unread } from '../api/notifications.ts';
import type { NotificationView } from '../api/schema.gen.ts';
import { useFormat } from '../lib/format.ts';
import { Facts } from '../ui/facts.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Pending, ProblemAlert } from '../ui/states.tsx';

/** What the person was told. */
export function Inbox() {
  const t = useTranslations('inbox');
  const list = useInfiniteQuery(inbox());
  const count = useQuery(unread()).data?.unread ?? 0;
  const readAll = useReading(readAllNotifications);
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle', { count })}
      actions={
        count > 0 && (
          <Button variant="default" onClick={() => readAll.mutate(undefined)} loading={readAll.isPending}>
            {t('readAll')}
          </Button>
        )
      }
    >
      {readAll.error && <ProblemAlert error={readAll.error} />}
      {list.error && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Pending />}
      {list.isSuccess && items.length === 0 && (
        <Card>
          <Empty icon={<IconBell aria-hidden />} title={t('none')} text={t('noneText')} />
        </Card>
      )}
      {items.map((item) => (
        <Message key={item.id} item={item} />
      ))}
      {list.hasNextPage && (
        <Group justify="center">
          <Button variant="default" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
            {t('more')}
          </Button>
        </Group>
      )}
    </Page>
  );
}

/** Marks as read, and shows it everywhere. */
function useReading<V>(read: (value: V) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation<unknown, Error, V>({
    mutationFn: read,
    onSuccess: () => queries.invalidateQueries({ queryKey: inbox().queryKey }),
  });
}

function Message({ item }: { item: NotificationView }) {
  const t = useTranslations('inbox');
  const format = useFormat();
  const read = useReading(readNotification);
  const isUnread = item.read_at === null;
  return (
    <Card component="article" className={isUnread ? 'unread' : ''}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="start">
          <Title order={2} fz="md">
            {item.title}
          </Title>
          <Text size="xs" c="dimmed" className="nowrap">
            {format.minute(item.created_at)}
          </Text>
        </Group>
        {item.paragraphs.map((paragraph) => (
          <Text key={paragraph} size="sm">
            {paragraph}
          </Text>
        ))}
        {item.facts.length > 0 && <Facts facts={item.facts.map(({ label, value }) => [label, value])} />}
        <Group gap="md">
          {item.action && (
            <Anchor component={Link} to={`/${item.action.path}` as '/billing'} size="sm">
              {item.action.label}
            </Anchor>
          )}
          {isUnread && (
            <Button size="compact-sm" variant="subtle" onClick={() => read.mutate(item.id)} loading={read.isPending}>
              {t('read')}
            </Button>
          )}
        </Group>
        {read.error && <ProblemAlert error={read.error} />}
      </Stack>
    </Card>
  );
}
