import { useTranslations } from 'use-intl';
import { Page } from '../../ui/page.tsx';
import { Experiments } from './growth/experiments.tsx';
import { Openings } from './growth/openings.tsx';

/** How accounts are opened, and what is compared between them. */
export function Growth() {
  const t = useTranslations('admin.growth');
  return (
    <Page title={t('title')} subtitle={t('subtitle')} isWide>
      <Openings />
      <Experiments />
    </Page>
  );
}
