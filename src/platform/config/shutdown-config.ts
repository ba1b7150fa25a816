import type { z } from 'zod';
import { whole, wholeNumber } from './config.values.js';

/** Timing of the shutdown. */
export interface ShutdownConfig {
  /** How long readiness reports 503 before the listener closes. */
  readonly delay_s: number;
  /** Time from the signal, including the delay, after which running work is aborted. */
  readonly grace_s: number;
}

const GRACE_S = 25;
const MAX_S = 3_600;
/** The delay is a fifth of the grace: 5 s of 25, enough for a load balancer to check twice. */
const DELAYS_PER_GRACE = 5;

/** Environment variables for the shutdown. */
export const SHUTDOWN_ENVIRONMENT = {
  SHUTDOWN_DELAY_S: wholeNumber(0, MAX_S).optional(),
  SHUTDOWN_GRACE_S: whole(1, MAX_S, GRACE_S),
};

/** Checks that the delay is shorter than the grace, which includes it. */
export function shutdownFaults(env: Record<string, string | undefined>): string[] {
  const { SHUTDOWN_DELAY_S: delay_s = '0', SHUTDOWN_GRACE_S: grace_s = String(GRACE_S) } = env;
  return Number(delay_s) >= Number(grace_s) ? ['SHUTDOWN_DELAY_S must be less than SHUTDOWN_GRACE_S'] : [];
}

/** Builds the configuration. With the embedded database there is no load balancer, so no delay is needed. */
export function buildShutdown(
  { SHUTDOWN_DELAY_S, SHUTDOWN_GRACE_S: grace_s }: z.output<z.ZodObject<typeof SHUTDOWN_ENVIRONMENT>>,
  isAlone: boolean,
): ShutdownConfig {
  return { delay_s: SHUTDOWN_DELAY_S ?? (isAlone ? 0 : Math.floor(grace_s / DELAYS_PER_GRACE)), grace_s };
}
