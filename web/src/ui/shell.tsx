import {
  ActionIcon,
  AppShell,
  Avatar,
  Badge,
  Burger,
  Group,
  Kbd,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconApi, IconArrowLeft, IconLogout, IconMail, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { createLink, Outlet, useRouterState } from '@tanstack/react-router';
import {
  type AnchorHTMLAttributes,
  type ComponentType,
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useEffect,
} from 'react';
import { useTranslations } from 'use-intl';
import { me } from '../api/queries.ts';
import { dashboardConfig } from '../auth/config.ts';
import { keepRenewed } from '../auth/provider.ts';
import { signOut } from '../auth/sign-out.ts';
import { useSession } from '../auth/session.ts';
import { Brand } from './brand.tsx';
import { openPalette } from './palette-store.ts';
import { mayOpen, pagesFor } from './pages.ts';
import { NoAccess } from './states.tsx';
import { SignInAgain } from './sign-in-again.tsx';

const HEADER_HEIGHT = 60;
// a page works without the palette, if its code does not arrive
const Palette = lazy<ComponentType>(() => import('./palette.tsx').catch(() => ({ default: () => null })));

/** The frame of every page: header with search and account, menu, content, and the dialog of an ended session. */
export function Shell() {
  const t = useTranslations('nav');
  const [isOpen, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(close, [path, close]);
  const { data: viewer } = useSuspenseQuery(me());
  return (
    <AppShell
      header={{ height: HEADER_HEIGHT }}
      navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <AppShell.Header className="header">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('open')} />
            <Brand />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SearchButton />
            <ColorSchemeToggle />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className="nav" p="sm">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {mayOpen(path, { me: viewer }) ? <Outlet /> : <NoAccess />}
      </AppShell.Main>
      <Suspense>
        <Palette />
      </Suspense>
      <SignInAgain />
    </AppShell>
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

function Navigation() {
  const t = useTranslations('nav');
  const { data: viewer } = useSuspenseQuery(me());
  const { data: config } = useSuspenseQuery(dashboardConfig());
  const { people, admin } = pagesFor({ me: viewer, config });
  useEffect(() => {
    if (config.sign_in.provider) void keepRenewed(config.sign_in.provider);
  }, [config]);
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: -1 }}>
      <nav aria-label={t('label')}>
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
    </ScrollArea>
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

function AccountMenu() {
  const t = useTranslations('nav');
  const { current } = useSession();
  const { data: viewer } = useQuery(me());
  const { data: config } = useQuery(dashboardConfig());
  if (!current || !viewer || !config) return null;
  const { support_email, links } = config.brand;
  const { return_url } = viewer;
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton className="account-button">
          <VisuallyHidden>{t('account', { user: viewer.user_id })}</VisuallyHidden>
          <Avatar aria-hidden name={viewer.user_id} color="brand" radius="xl" size={34} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} truncate c="var(--mantine-color-text)">
            {viewer.user_id}
          </Text>
          <Group gap={4} mt={4}>
            {viewer.roles.map((role) => (
              <Badge key={role} size="xs" variant="light">
                {role}
              </Badge>
            ))}
          </Group>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component="a" href="/docs" leftSection={<IconApi size={16} aria-hidden />}>
          {t('apiDocs')}
        </Menu.Item>
        {support_email && (
          <Menu.Item component="a" href={`mailto:${support_email}`} leftSection={<IconMail size={16} aria-hidden />}>
            {support_email}
          </Menu.Item>
        )}
        {links.map(({ label, url }) => (
          <Menu.Item key={url} component="a" href={url}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {return_url !== null && (
          <Menu.Item component="a" href={return_url} leftSection={<IconArrowLeft size={16} aria-hidden />}>
            {t('backTo', { host: new URL(return_url).host })}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut(config, return_url)}>
          {t('signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
