import type { z } from 'zod';
import { secret, wholeNumber } from './config.values.js';

/** Where `/metrics` is served for Prometheus. */
export interface MetricsConfig {
  /** A separate port; null means the port of the service, if there is a token. */
  readonly port: number | null;
  /** Token that the scraper must send as `Authorization: Bearer`; null means none. */
  readonly token: string | null;
}

const TOKEN_MIN_CHARACTERS = 32;

/** Environment variables for metrics. */
export const METRICS_ENVIRONMENT = {
  METRICS_PORT: wholeNumber(0, 65_535).optional(),
  METRICS_TOKEN: secret(TOKEN_MIN_CHARACTERS).optional(),
};

export function buildMetrics({
  METRICS_PORT: port,
  METRICS_TOKEN: token,
}: z.output<z.ZodObject<typeof METRICS_ENVIRONMENT>>): MetricsConfig {
  return { port: port ?? null, token: token ?? null };
}
