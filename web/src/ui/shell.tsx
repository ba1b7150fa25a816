import {
  ActionIcon,
  Burger,
  Group,
  Kbd,
  NavLink,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { createLink, Outlet, useRouterState } from '@tanstack/react-router';
import { type AnchorHTMLAttributes, type ReactNode, type Ref, useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { me } from '../api/queries.ts';
import { dashboardConfig } from '../auth/config.ts';
import { keepRenewed } from '../auth/provider.ts';
import { idle } from '../api/idle.ts';
import { AccountMenu } from './account-menu.tsx';
import { AccountSwitch } from './account-switch.tsx';
import { Brand } from './brand.tsx';
import { late } from './late.tsx';
import { openPalette } from './palette-store.ts';
import { Bell } from './notifications/bell.tsx';
import { may, mayOpen, pagesFor } from './pages.ts';
import { NoAccess } from './states.tsx';
import { SignInAgain } from './sign-in-again.tsx';

// nothing on the page waits for them, and it works without them if their code does not arrive
const Palette = late(
  () =>
    idle()
      .then(() => import('./palette.tsx'))
      .then(({ Palette }) => Palette),
  null,
);
const Notifications = late(
  () =>
    idle()
      .then(() => import('@mantine/notifications'))
      .then(({ Notifications }) => Notifications),
  null,
);

/** The frame of every page: header with search and account, menu, content, and the dialog of an ended session. */
export function Shell() {
  const t = useTranslations('nav');
  const [isOpen, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(close, [path, close]);
  const { data: viewer } = useSuspenseQuery(me());
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <header className="header">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('open')} />
            <Brand />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SearchButton />
            {may(viewer, 'notifications') && <Bell />}
            <ColorSchemeToggle />
            <AccountMenu viewer={viewer} />
          </Group>
        </Group>
      </header>
      <Navigation isOpen={isOpen} />
      <main className="content" id="content" tabIndex={-1}>
        {mayOpen(path, viewer) ? <Outlet /> : <NoAccess />}
      </main>
      <Palette />
      <Notifications position="bottom-right" />
      <SignInAgain />
    </>
  );
}

interface NavAnchorProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'onChange'> {
  ref?: Ref<HTMLAnchorElement>;
  label: string;
  icon: ReactNode;
}

/** A polymorphic component loses its properties in createLink, so NavLink is wrapped as an anchor. */
const NavAnchor = createLink(({ label, icon, ref, ...anchor }: NavAnchorProps) => (
  <NavLink
    component="a"
    ref={ref}
    {...anchor}
    label={label}
    leftSection={icon}
    active={anchor['aria-current'] === 'page'}
    variant="light"
  />
));

/** The menu of pages. On a narrow screen it covers the page while it is open. */
function Navigation({ isOpen }: { isOpen: boolean }) {
  const t = useTranslations('nav');
  const { data: viewer } = useSuspenseQuery(me());
  const { people, admin } = pagesFor(viewer);
  useEffect(() => {
    if (dashboardConfig.sign_in.provider) void keepRenewed(dashboardConfig.sign_in.provider);
  }, []);
  return (
    <nav className="nav" aria-label={t('label')} data-open={isOpen}>
      <AccountSwitch viewer={viewer} />
      {[
        { title: t('people'), entries: people },
        { title: t('admin'), entries: admin },
      ].map(
        ({ title, entries }) =>
          entries.length > 0 && (
            <div key={title}>
              {admin.length > 0 && <p className="nav-title">{title}</p>}
              {entries.map(({ to, label, icon: Icon }) => (
                <NavAnchor
                  key={to}
                  to={to}
                  activeOptions={{ exact: to === '/' || to === '/admin', includeSearch: false }}
                  label={t(label)}
                  icon={<Icon size={18} stroke={1.6} aria-hidden />}
                />
              ))}
            </div>
          ),
      )}
    </nav>
  );
}

function SearchButton() {
  const t = useTranslations('nav');
  return (
    <>
      <UnstyledButton className="search" onClick={openPalette} visibleFrom="sm">
        <IconSearch size={16} aria-hidden />
        <span>{t('search')}</span>
        <Kbd size="xs" aria-hidden>
          Ctrl K
        </Kbd>
      </UnstyledButton>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        onClick={openPalette}
        hiddenFrom="sm"
        aria-label={t('search')}
      >
        <IconSearch size={18} aria-hidden />
      </ActionIcon>
    </>
  );
}

function ColorSchemeToggle() {
  const t = useTranslations('nav');
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  const Icon = isDark ? IconSun : IconMoon;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
      aria-label={isDark ? t('useLight') : t('useDark')}
    >
      <Icon size={18} aria-hidden />
    </ActionIcon>
  );
}
