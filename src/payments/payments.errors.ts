import { DomainError } from '../platform/errors.js';

/** Nobody takes money here. */
export const notConfigured = (): DomainError =>
  new DomainError(
    'unavailable',
    'payments_not_configured',
    'Payments are not configured here. Set STRIPE_SECRET_KEY, or ask an administrator for credits.',
  );

/** What is asked for does not go with the plan that the account pays for. */
export const planConflict = (code: string, detail: string): DomainError => new DomainError('conflict', code, detail);
