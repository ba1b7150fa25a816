import { DomainError, UpstreamError } from '../platform/errors.js';

/** No payment provider is configured. */
export const notConfigured = (): DomainError =>
  new DomainError(
    'unavailable',
    'payments_not_configured',
    'Payments are not configured. Set STRIPE_SECRET_KEY, or ask an administrator for credits.',
  );

/** The provider no longer knows a customer: it was deleted, or it belongs to another mode (test or live). */
export class CustomerGone extends DomainError {
  constructor() {
    super(
      'conflict',
      'payment_customer_gone',
      'The payment provider no longer knows this customer. The next purchase creates a new one: POST /payments/checkout.',
    );
  }
}

/** The provider refused a request and would refuse it again. */
export const refusedByProvider = (what: string): DomainError =>
  new UpstreamError(
    502,
    'payment_provider_refused',
    `The payment provider refused the request (${what}). Retrying does not help; contact an administrator.`,
  );

/** The request conflicts with the account's paid plan. */
export const planConflict = (code: string, detail: string): DomainError => new DomainError('conflict', code, detail);
