import { Card, Code, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { apiKeys } from '../../api/api-keys.ts';
import type { ApiKeyView } from '../../api/schema.gen.ts';
import { useFormat } from '../../lib/format.ts';
import type { Column } from '../column.ts';
import { ListTable } from '../list-table.tsx';
import { OpenButton } from '../open-button.tsx';
import { Empty } from '../states.tsx';
import { BrakedKey } from './braked-key.tsx';
import { KeyPanel } from './key-panel.tsx';
import { KeyStatus } from './key-status.tsx';

interface KeysListProps {
  /** Somebody else's account, for admins. */
  userId?: string | undefined;
  /** The key that is open. */
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
  /** How to get the first one. */
  action?: ReactNode;
}

/** The API keys of an account, newest first; one opens with all that can be done with it. */
export function KeysList({ userId, open, onOpen, action }: KeysListProps) {
  const t = useTranslations('keys');
  const query = useInfiniteQuery(apiKeys(userId));
  const columns = useColumns();
  const keys = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack>
      {keys.map((key) => (
        <BrakedKey key={key.id} apiKey={key} />
      ))}
      <Card padding={0} className="short-list">
        <ListTable
          label={t('title')}
          query={query}
          columns={columns}
          rowId={({ id }) => id}
          onOpen={({ id }) => onOpen(id)}
          empty={<Empty icon={<IconKey aria-hidden />} title={t('none')} text={t('noneText')} action={action} />}
        />
        <KeyPanel apiKey={keys.find(({ id }) => id === open)} userId={userId} onClose={() => onOpen(undefined)} />
      </Card>
    </Stack>
  );
}

function useColumns(): Column<ApiKeyView>[] {
  const t = useTranslations('keys');
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'name', header: t('name'), cell: (key) => <Name apiKey={key} /> },
      { id: 'status', header: t('status'), cell: ({ status }) => <KeyStatus status={status} /> },
      {
        id: 'used',
        header: t('lastUsed'),
        isWideOnly: true,
        cell: ({ last_used_at }) => (last_used_at === null ? t('never') : format.relative(last_used_at)),
      },
      {
        id: 'expires',
        header: t('expires'),
        isWideOnly: true,
        cell: ({ expires_at }) => (expires_at === null ? t('never') : format.longDay(expires_at)),
      },
      {
        id: 'created',
        header: t('created'),
        isWideOnly: true,
        cell: ({ created_at }) => format.longDay(created_at),
      },
    ],
    [t, format],
  );
}

function Name({ apiKey: { name, start } }: { apiKey: ApiKeyView }) {
  return (
    <div className="clip">
      <OpenButton>{name}</OpenButton>
      <Text size="xs" c="dimmed" truncate>
        <Code fz="xs">{start}…</Code>
      </Text>
    </div>
  );
}
