import '@mantine/spotlight/styles.layer.css';
import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import {
  IconCreditCard,
  IconGift,
  IconKey,
  IconMoon,
  IconReceipt2,
  IconSearch,
  IconSun,
  IconUsers,
} from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { me } from '../api/queries.ts';
import { dashboardConfig } from '../auth/config.ts';
import { isAdmin, pagesFor } from './pages.ts';
import { paletteStore } from './palette-store.ts';

/** Ctrl K: every page and the most frequent actions by name. */
export function Palette() {
  const t = useTranslations('nav');
  const navigate = useNavigate();
  const { data: viewer } = useSuspenseQuery(me());
  const { setColorScheme } = useMantineColorScheme();
  const { people, admin } = pagesFor(viewer);
  const canOpen = (path: string) => people.some(({ to }) => to === path);
  const pages = (entries: typeof people): SpotlightActionData[] =>
    entries.map(({ to, label, icon: Icon }) => ({
      id: to,
      label: t(label),
      leftSection: <Icon size={18} aria-hidden />,
      onClick: () => void navigate({ to }),
    }));
  const act = (id: string, label: string, Icon: typeof IconGift, onClick: () => void): SpotlightActionData => ({
    id,
    label,
    leftSection: <Icon size={18} aria-hidden />,
    onClick,
  });
  const actions = [
    ...(canOpen('/transactions')
      ? [
          act('charges', t('charges'), IconReceipt2, () => {
            void navigate({ to: '/transactions', search: { transaction_type: 'usage' } });
          }),
        ]
      : []),
    ...(canOpen('/coupons') ? [act('redeem', t('redeem'), IconGift, () => void navigate({ to: '/coupons' }))] : []),
    ...(dashboardConfig.features.payments && canOpen('/billing')
      ? [act('buy', t('buy'), IconCreditCard, () => void navigate({ to: '/billing' }))]
      : []),
    ...(canOpen('/own-key') ? [act('key', t('connectKey'), IconKey, () => void navigate({ to: '/own-key' }))] : []),
    ...(isAdmin(viewer)
      ? [act('account', t('findAccount'), IconUsers, () => void navigate({ to: '/admin/accounts' }))]
      : []),
    act('dark', t('useDark'), IconMoon, () => setColorScheme('dark')),
    act('light', t('useLight'), IconSun, () => setColorScheme('light')),
  ];
  return (
    <Spotlight
      store={paletteStore}
      actions={[
        { group: t('people'), actions: pages(people) },
        ...(admin.length > 0 ? [{ group: t('admin'), actions: pages(admin) }] : []),
        { group: t('actions'), actions },
      ]}
      shortcut={['mod + K']}
      lockScroll={false}
      limit={12}
      nothingFound={t('searchEmpty')}
      attributes={{ content: { 'aria-label': t('search') } }}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t('searchPlaceholder'),
        'aria-label': t('searchPlaceholder'),
      }}
    />
  );
}
