import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { type ExportFormat, type SavedFile, saveFile } from '../api/client.ts';
import { useMessageOf } from './states.tsx';

const FORMATS: Record<ExportFormat, string> = { csv: 'CSV', xlsx: 'Excel', json: 'JSON' };

/** Saves what the page shows as a file. @param name file name without its ending, where the service gives none */
export function ExportMenu({
  fetchFile,
  name,
}: {
  fetchFile: (format: ExportFormat) => Promise<SavedFile>;
  name: string;
}) {
  const t = useTranslations('form');
  const messageOf = useMessageOf();
  const save = useMutation({
    mutationFn: async (format: ExportFormat) => saveFile(await fetchFile(format), `${name}.${format}`),
    onError: (error) => notifications.show({ color: 'red', title: t('exportFailed'), message: messageOf(error) }),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} loading={save.isPending}>
          {t('export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(FORMATS).map(([format, label]) => (
          <Menu.Item key={format} onClick={() => save.mutate(format as ExportFormat)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
