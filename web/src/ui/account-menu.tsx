import { Avatar, Badge, Group, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconApi, IconArrowLeft, IconLogout, IconMail, IconUsersPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { MeView } from '../api/schema.gen.ts';
import { dashboardConfig } from '../auth/config.ts';
import { signOut } from '../auth/sign-out.ts';

const ID = 'account-menu';

/** Who is signed in, with the operator's links and the way out. The browser itself opens and closes it. */
export function AccountMenu({ viewer: { user_id, roles, scopes, return_url } }: { viewer: MeView }) {
  const t = useTranslations('nav');
  const { support_email, links } = dashboardConfig.brand;
  return (
    <>
      <UnstyledButton className="account-button" popoverTarget={ID}>
        <VisuallyHidden>{t('account', { user: user_id })}</VisuallyHidden>
        <Avatar aria-hidden name={user_id} color="brand" radius="xl" size={34} />
      </UnstyledButton>
      <div id={ID} popover="auto" className="account-menu">
        <div className="account-name">
          <Text size="sm" fw={600} truncate>
            {user_id}
          </Text>
          <Group gap={4} mt={4}>
            {roles.map((role) => (
              <Badge key={role} size="xs" variant="light">
                {role}
              </Badge>
            ))}
          </Group>
        </div>
        <hr />
        {scopes === null && (
          <Link to="/new-organization">
            <IconUsersPlus size={16} aria-hidden />
            {t('newOrganization')}
          </Link>
        )}
        <a href="/docs">
          <IconApi size={16} aria-hidden />
          {t('apiDocs')}
        </a>
        {support_email && (
          <a href={`mailto:${support_email}`}>
            <IconMail size={16} aria-hidden />
            {support_email}
          </a>
        )}
        {links.map(({ label, url }) => (
          <a key={url} href={url}>
            {label}
          </a>
        ))}
        <hr />
        {return_url !== null && (
          <a href={return_url}>
            <IconArrowLeft size={16} aria-hidden />
            {t('backTo', { host: new URL(return_url).host })}
          </a>
        )}
        <button type="button" onClick={() => void signOut(return_url)}>
          <IconLogout size={16} aria-hidden />
          {t('signOut')}
        </button>
      </div>
    </>
  );
}
