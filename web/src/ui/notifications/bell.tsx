import { ActionIcon, Indicator } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { unread } from '../../api/notifications.ts';

const SHOWN_MAX = 99;

/** Leads to the inbox, and shows how many notifications are unread. */
export function Bell() {
  const t = useTranslations('inbox');
  const count = useQuery(unread()).data?.unread ?? 0;
  return (
    <Indicator
      disabled={count === 0}
      label={count > SHOWN_MAX ? `${SHOWN_MAX}+` : count}
      size={16}
      offset={6}
      color="red.9"
    >
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        renderRoot={(props: object) => <Link to="/inbox" {...props} />}
        aria-label={t('bell', { count })}
      >
        <IconBell size={18} aria-hidden />
      </ActionIcon>
    </Indicator>
  );
}
