import type { DisputeStatus, PaymentEventState, PaymentStatus } from '../../../api/schema.gen.ts';
import type { Tone } from '../../../ui/status-badge.tsx';

export const PAYMENT_TONES: Record<PaymentStatus, Tone> = {
  open: 'neutral',
  processing: 'waiting',
  paid: 'good',
  failed: 'bad',
  expired: 'neutral',
  held: 'waiting',
  refused: 'bad',
};

export const DISPUTE_TONES: Record<DisputeStatus, Tone> = {
  none: 'neutral',
  inquiry: 'waiting',
  open: 'waiting',
  won: 'good',
  lost: 'bad',
  prevented: 'good',
};

export const EVENT_TONES: Record<PaymentEventState, Tone> = {
  received: 'waiting',
  applied: 'good',
  ignored: 'neutral',
  waiting: 'waiting',
  failed: 'bad',
};
