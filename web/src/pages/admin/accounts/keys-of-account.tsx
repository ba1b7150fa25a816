import { Button, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { CreateKey } from '../../../ui/keys/create-key.tsx';
import { KeysList } from '../../../ui/keys/keys-list.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';

/** The API keys of an account, with all that its owner can do with them. */
export function KeysOfAccount({ userId }: { userId: string }) {
  const t = useTranslations('keys');
  const [open, setOpen] = useState<string>();
  const [isCreating, setCreating] = useState(false);
  return (
    <Stack>
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => setCreating(true)}
        className="at-end"
      >
        {t('create')}
      </Button>
      <KeysList userId={userId} open={open} onOpen={setOpen} />
      <SidePanel
        size="lg"
        isOpen={isCreating}
        onClose={() => setCreating(false)}
        title={<Text fw={650}>{t('create')}</Text>}
      >
        <CreateKey userId={userId} onDone={() => setCreating(false)} />
      </SidePanel>
    </Stack>
  );
}
