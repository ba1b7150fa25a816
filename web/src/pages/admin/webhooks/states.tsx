import { useTranslations } from 'use-intl';
import type { WebhookDeliveryStatus, WebhookEndpointView } from '../../../api/schema.gen.ts';
import { StatusBadge, type Tone } from '../../../ui/status-badge.tsx';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const satisfies WebhookDeliveryStatus[];

const TONES: Record<WebhookDeliveryStatus, Tone> = { pending: 'waiting', delivered: 'good', failed: 'bad' };

/** What became of a delivery, in a word. */
export function DeliveryStatus({ status }: { status: WebhookDeliveryStatus }) {
  const t = useTranslations('admin.webhooks');
  return <StatusBadge tone={TONES[status]}>{t(`deliveryStatuses.${status}`)}</StatusBadge>;
}

/** Whether events reach an endpoint, in a word. */
export function EndpointStatus({ endpoint }: { endpoint: WebhookEndpointView }) {
  const t = useTranslations('admin.webhooks');
  if (endpoint.status === 'disabled') return <StatusBadge tone="neutral">{t('statuses.disabled')}</StatusBadge>;
  const isFailing = endpoint.failing_since !== null;
  return (
    <StatusBadge tone={isFailing ? 'bad' : 'good'}>
      {t(isFailing ? 'statuses.failing' : 'statuses.enabled')}
    </StatusBadge>
  );
}
