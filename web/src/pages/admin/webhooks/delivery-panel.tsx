import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { resendDelivery, webhookDelivery } from '../../../api/admin/webhooks.ts';
import type { WebhookDeliveryDetailView } from '../../../api/schema.gen.ts';
import { useFormat } from '../../../lib/format.ts';
import { ConfirmedAction } from '../../../ui/action.tsx';
import { CopyId } from '../../../ui/copy-id.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { JsonBlock } from '../../../ui/json-block.tsx';
import { SidePanel } from '../../../ui/side-panel.tsx';
import { Loaded } from '../../../ui/states.tsx';
import { Attempt } from './attempt.tsx';
import { DeliveryStatus } from './states.tsx';

/** A delivery with its attempts and what is sent; it can be sent again. */
export function DeliveryPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslations('admin.webhooks');
  const query = useQuery(webhookDelivery(id));
  return (
    <SidePanel size="lg" isOpen onClose={onClose} title={query.data?.type ?? t('delivery')}>
      <Loaded query={query} height={480}>
        {(delivery) => <Delivery delivery={delivery} />}
      </Loaded>
    </SidePanel>
  );
}

function Delivery({ delivery }: { delivery: WebhookDeliveryDetailView }) {
  const t = useTranslations('admin.webhooks');
  const format = useFormat();
  const { id, user_id, endpoint_id, event_id, sequence, status, attempts, payload } = delivery;
  const { next_attempt_at, delivered_at, created_at } = delivery;
  return (
    <Stack gap="lg">
      <Facts
        facts={[
          [t('status'), <DeliveryStatus key="status" status={status} />],
          [
            t('account'),
            <Link key="account" to="/admin/accounts" search={{ account: user_id }} className="plain-link">
              {user_id}
            </Link>,
          ],
          [t('sequence'), format.count(sequence)],
          [
            t('endpoint'),
            <Link key="endpoint" to="/admin/webhooks" search={{ endpoint: endpoint_id }} className="plain-link">
              {t('openEndpoint')}
            </Link>,
          ],
          [t('queued'), format.second(created_at)],
          [t('nextAttempt'), next_attempt_at !== null && format.second(next_attempt_at)],
          [t('delivered'), delivered_at !== null && format.second(delivered_at)],
          [t('event'), <CopyId key="event" id={event_id} />],
        ]}
      />
      <Group justify="end">
        <ConfirmedAction
          label={t('resend')}
          question={t('resendQuestion')}
          action={() => resendDelivery(id)}
          done={t('resendDone')}
        />
      </Group>
      <section>
        <Title order={3} mb="xs">
          {t('attempts')}
        </Title>
        <Stack gap="sm">
          {attempts.length === 0 && (
            <Text size="sm" c="dimmed">
              {t('noAttempts')}
            </Text>
          )}
          {attempts.toReversed().map((attempt) => (
            <Attempt key={attempt.attempted_at} attempt={attempt} />
          ))}
        </Stack>
      </section>
      <section>
        <Title order={3} mb="xs">
          {t('payload')}
        </Title>
        {payload === null ? (
          <Text size="sm" c="dimmed">
            {t('noPayload')}
          </Text>
        ) : (
          <JsonBlock label={t('payload')} value={payload} />
        )}
      </section>
    </Stack>
  );
}
