import type { z } from 'zod';
import { whole, wholeNumber } from './config.values.js';

/** How long the end of the process takes. */
export interface ShutdownConfig {
  /** How long readiness says no before the listener closes. */
  readonly delay_s: number;
  /** From the signal on, the delay included; what still runs then is broken off. */
  readonly grace_s: number;
}

const GRACE_S = 25;
const MAX_S = 3_600;
/** The delay is a fifth of the grace: 5 s of 25, in which every balancer has asked twice. */
const DELAYS_PER_GRACE = 5;

/** Variables of the shutdown, for the schema of the environment. */
export const SHUTDOWN_ENVIRONMENT = {
  SHUTDOWN_DELAY_S: wholeNumber(0, MAX_S).optional(),
  SHUTDOWN_GRACE_S: whole(1, MAX_S, GRACE_S),
};

/** The delay is a part of the grace. */
export function shutdownFaults(env: Record<string, string | undefined>): string[] {
  const { SHUTDOWN_DELAY_S: delay_s = '0', SHUTDOWN_GRACE_S: grace_s = String(GRACE_S) } = env;
  return Number(delay_s) >= Number(grace_s) ? ['SHUTDOWN_DELAY_S must be less than SHUTDOWN_GRACE_S'] : [];
}

/** With the embedded database the process stands alone: nobody has to notice that it goes. */
export function buildShutdown(
  { SHUTDOWN_DELAY_S, SHUTDOWN_GRACE_S: grace_s }: z.output<z.ZodObject<typeof SHUTDOWN_ENVIRONMENT>>,
  isAlone: boolean,
): ShutdownConfig {
  return { delay_s: SHUTDOWN_DELAY_S ?? (isAlone ? 0 : Math.floor(grace_s / DELAYS_PER_GRACE)), grace_s };
}
