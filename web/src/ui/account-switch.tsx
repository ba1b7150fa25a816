import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconBuilding, IconCheck, IconSelector, IconUser } from '@tabler/icons-react';
import { useTranslations } from 'use-intl';
import type { MeView } from '../api/schema.gen.ts';
import { switchTo } from '../auth/acting.ts';
import { actsFor } from './pages.ts';

const ID = 'account-switch';

/** The account that the pages are about: the person's own, or that of an organization. The browser opens and closes it. */
export function AccountSwitch({ viewer }: { viewer: MeView }) {
  const t = useTranslations('organization');
  const { organizations } = viewer;
  const acting = actsFor(viewer);
  if (organizations.length === 0) return null;
  const choices = [{ id: null, name: t('own') }, ...organizations];
  return (
    <>
      <UnstyledButton className="account-switch" popoverTarget={ID}>
        {acting ? <IconBuilding size={18} aria-hidden /> : <IconUser size={18} aria-hidden />}
        <VisuallyHidden>{t('switch')}</VisuallyHidden>
        <span className="account-switch-name">{acting?.name ?? t('own')}</span>
        <IconSelector size={16} aria-hidden />
      </UnstyledButton>
      <div id={ID} popover="auto" className="account-menu account-switch-menu">
        {choices.map(({ id, name }) => (
          <button
            key={id ?? ''}
            type="button"
            aria-current={id === (acting?.id ?? null) ? 'true' : undefined}
            onClick={() => switchTo(id)}
          >
            {id === null ? <IconUser size={16} aria-hidden /> : <IconBuilding size={16} aria-hidden />}
            <span className="account-switch-name">{name}</span>
            {id === (acting?.id ?? null) && <IconCheck size={16} aria-hidden />}
          </button>
        ))}
      </div>
    </>
  );
}
