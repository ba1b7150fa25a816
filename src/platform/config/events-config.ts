import type { z } from 'zod';
import { oneOf, wholeNumber } from './config.values.js';

const RETIRED = ['drop', 'detach'] as const;

/** How long usage events are kept. */
export interface EventsConfig {
  /** Months for which events are kept, beside the current one; null means for ever. */
  readonly retention_months: number | null;
  /** What happens to a month after that: it is deleted, or becomes a table of its own. */
  readonly retired: (typeof RETIRED)[number];
}

export const EVENTS_ENVIRONMENT = {
  RETENTION_EVENTS: wholeNumber(3, 1_200).optional(),
  RETIRED_EVENTS: oneOf(RETIRED, 'drop'),
};

export function buildEvents(env: z.output<z.ZodObject<typeof EVENTS_ENVIRONMENT>>): EventsConfig {
  return { retention_months: env.RETENTION_EVENTS ?? null, retired: env.RETIRED_EVENTS };
}
