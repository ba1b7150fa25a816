import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { defined } from '../lib/defined.ts';
import { CreateKey } from '../ui/keys/create-key.tsx';
import { KeysList } from '../ui/keys/keys-list.tsx';
import { OwnAccount } from '../ui/own-account.tsx';
import { Page } from '../ui/page.tsx';
import { SidePanel } from '../ui/side-panel.tsx';

const route = getRouteApi('/shell/keys');

/** A person's API keys. The open one, and the form of a new one, are in the address. */
export function Keys() {
  const t = useTranslations('keys');
  const { key, panel } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: { key?: string | undefined; panel?: string | undefined }) =>
    void navigate({ search: (now) => defined({ ...now, ...change }), resetScroll: false });
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ panel: 'new' })}>
      {t('create')}
    </Button>
  );
  return (
    <OwnAccount title={t('title')}>
      <Page title={t('title')} subtitle={t('subtitle')} actions={create}>
        <KeysList open={key} onOpen={(id) => set({ key: id })} />
      </Page>
      <SidePanel
        size="lg"
        isOpen={panel === 'new'}
        onClose={() => set({ panel: undefined })}
        title={<Text fw={650}>{t('create')}</Text>}
      >
        <CreateKey onDone={() => set({ panel: undefined })} />
      </SidePanel>
    </OwnAccount>
  );
}
