import { z } from 'zod';
import { list, webUrl, whole } from './config.values.js';

/** Settings of payments. */
export interface PaymentsConfig {
  /** Days that a plan continues after the paid period while the next payment is overdue. */
  readonly grace_days: number;
  /** Tier of accounts whose plan is no longer paid. */
  readonly unpaid_tier: string;
  /** Null if payments are not configured. */
  readonly stripe: StripeConfig | null;
}

export interface StripeConfig {
  readonly secret_key: string;
  /** More than one while a secret is being rotated. */
  readonly webhook_secrets: readonly string[];
  readonly api_url: string;
  /** Where the browser is redirected after a checkout, and after the customer portal. */
  readonly success_url: string;
  readonly cancel_url: string;
}

/** Environment variables for payments. */
export const PAYMENTS_ENVIRONMENT = {
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_WEBHOOK_SECRET: list((item) => item.length > 0, 'secrets such as whsec_..., separated by commas').optional(),
  STRIPE_API_URL: webUrl.default('https://api.stripe.com'),
  PAYMENT_SUCCESS_URL: webUrl.optional(),
  PAYMENT_CANCEL_URL: webUrl.optional(),
  PAYMENT_GRACE_DAYS: whole(0, 29, 7),
  UNPAID_TIER: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'the code of a tier, such as free')
    .default('free'),
};

const NEEDED = ['STRIPE_WEBHOOK_SECRET', 'PAYMENT_SUCCESS_URL', 'PAYMENT_CANCEL_URL'] as const;

/** Checks that variables which need each other are all set. */
export function paymentsFaults(env: Record<string, string | undefined>): string[] {
  if (env.STRIPE_SECRET_KEY === undefined) return [];
  return NEEDED.filter((name) => env[name] === undefined).map(
    (name) => `${name} must be set together with STRIPE_SECRET_KEY`,
  );
}

/** Builds the configuration from {@link PAYMENTS_ENVIRONMENT}. */
export function buildPayments(env: z.output<z.ZodObject<typeof PAYMENTS_ENVIRONMENT>>): PaymentsConfig {
  return {
    grace_days: env.PAYMENT_GRACE_DAYS,
    unpaid_tier: env.UNPAID_TIER,
    stripe:
      env.STRIPE_SECRET_KEY === undefined
        ? null
        : {
            secret_key: env.STRIPE_SECRET_KEY,
            webhook_secrets: env.STRIPE_WEBHOOK_SECRET ?? [],
            api_url: env.STRIPE_API_URL,
            success_url: env.PAYMENT_SUCCESS_URL ?? '',
            cancel_url: env.PAYMENT_CANCEL_URL ?? '',
          },
  };
}
