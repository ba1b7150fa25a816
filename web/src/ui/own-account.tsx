import { IconShieldCheck } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { me } from '../api/queries.ts';
import { ButtonLink } from './links.tsx';
import { Page } from './page.tsx';
import { isAdmin } from './pages.ts';
import { Empty } from './states.tsx';

interface OwnAccountProps {
  /** Title of the page. */
  title: string;
  children: ReactNode;
}

/**
 * A page of the signed-in person's own account. Admins often have none: they are led to the administration instead,
 * because reading one's own account would create it.
 */
export function OwnAccount({ title, children }: OwnAccountProps) {
  const t = useTranslations('overview');
  const { data: viewer } = useSuspenseQuery(me());
  if (viewer.account !== null || !isAdmin(viewer)) return children;
  return (
    <Page title={title}>
      <Empty
        icon={<IconShieldCheck aria-hidden />}
        title={t('noAccount')}
        text={t('noAccountText')}
        action={
          <ButtonLink to="/admin" mt="sm">
            {t('toAdmin')}
          </ButtonLink>
        }
      />
    </Page>
  );
}
