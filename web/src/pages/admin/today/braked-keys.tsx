import { Card, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { brakedKeys } from '../../../api/admin/platform.ts';
import { BrakedKey } from '../../../ui/keys/braked-key.tsx';
import { AnchorLink } from '../../../ui/links.tsx';

/** The keys of all accounts that the brake has paused. Nothing while there are none. */
export function BrakedKeys() {
  const t = useTranslations('admin.today');
  const { data: keys = [] } = useQuery(brakedKeys());
  if (keys.length === 0) return null;
  return (
    <Card component="section" aria-label={t('brakedKeys')}>
      <Stack>
        <Title order={2}>{t('brakedKeys')}</Title>
        {keys.map((key) => (
          <BrakedKey key={key.id} apiKey={key}>
            <AnchorLink size="sm" to="/admin/accounts" search={{ account: key.user_id }}>
              {t('accountOf', { user: key.user_id })}
            </AnchorLink>
          </BrakedKey>
        ))}
      </Stack>
    </Card>
  );
}
