import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { usageEvent } from '../../api/usage.ts';
import { late } from '../../ui/late.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { Loaded } from '../../ui/states.tsx';

const HEIGHT = 420;

const EventFacts = late(
  () => import('./event-facts.tsx').then(({ EventFacts }) => EventFacts),
  <Skeleton h={HEIGHT} data-loading />,
);

/** A call that has no ledger line: what was done, and that it was not charged. */
export function EventDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const t = useTranslations('usage');
  const query = useQuery({ ...usageEvent(id ?? ''), enabled: id !== null });
  return (
    <SidePanel title={<Text fw={650}>{t('event')}</Text>} isOpen={id !== null} onClose={onClose}>
      <Loaded query={query} height={HEIGHT}>
        {(event) => <EventFacts event={event} />}
      </Loaded>
    </SidePanel>
  );
}
