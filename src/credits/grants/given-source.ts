import { grant_source } from '../../generated/prisma/enums.js';

/** A source as it is booked, and the metadata that preserves the caller's text. */
export interface BookedSource {
  source: grant_source;
  kept: { source?: string };
}

/**
 * Returns the source of a grant for the caller's text. Known sources are used as they are; any other text makes the
 * credits a bonus, which does not lapse with the period, and is stored in the metadata.
 */
export function bookedSource(given: string): BookedSource {
  const known = Object.values(grant_source).find((source) => source === given);
  return known ? { source: known, kept: {} } : { source: 'bonus', kept: { source: given } };
}
