import { z } from 'zod';
import { list, webUrl, whole } from './config.values.js';

/** How plans and credits are paid. */
export interface PaymentsConfig {
  /** Days that a plan goes on after the end of what was paid, while the next payment is awaited. */
  readonly grace_days: number;
  /** Tier of accounts whose plan is not paid any more. */
  readonly unpaid_tier: string;
  /** Null: payments are not configured. */
  readonly stripe: StripeConfig | null;
}

export interface StripeConfig {
  readonly secret_key: string;
  /** Several while a secret rotates. */
  readonly webhook_secrets: readonly string[];
  readonly api_url: string;
  /** Where the browser goes after a checkout, and after the customer portal. */
  readonly success_url: string;
  readonly cancel_url: string;
}

/** Variables of the payments, for the schema of the environment. */
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

/** Variables that must be set together. */
export function paymentsFaults(env: Record<string, string | undefined>): string[] {
  if (env.STRIPE_SECRET_KEY === undefined) return [];
  return NEEDED.filter((name) => env[name] === undefined).map((name) => `${name} must be set with STRIPE_SECRET_KEY`);
}

/** The part of the configuration that {@link PAYMENTS_ENVIRONMENT} makes. */
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
