import { DomainError, PassedOn } from '../platform/errors.js';

/** Nobody takes money here. */
export const notConfigured = (): DomainError =>
  new DomainError(
    'unavailable',
    'payments_not_configured',
    'Payments are not configured here. Set STRIPE_SECRET_KEY, or ask an administrator for credits.',
  );

/** The provider does not know a customer any more: deleted there, or of another mode. */
export class CustomerGone extends DomainError {
  constructor() {
    super(
      'conflict',
      'payment_customer_gone',
      'The payment provider does not know this customer any more. The next purchase makes a new one: POST /payments/checkout.',
    );
  }
}

/** The provider refuses what we ask for, and would do so again. */
export const refusedByProvider = (what: string): DomainError =>
  new PassedOn(
    502,
    'payment_provider_refused',
    `The payment provider refused the order (${what}). Trying again does not help; an administrator has to look at it.`,
  );

/** What is asked for does not go with the plan that the account pays for. */
export const planConflict = (code: string, detail: string): DomainError => new DomainError('conflict', code, detail);
