import { grant_source } from '../generated/prisma/enums.js';

/** A source as it is booked, and what of the caller's words is kept beside it. */
export interface BookedSource {
  source: grant_source;
  kept: { source?: string };
}

/**
 * The source of a grant that a caller names. Words that mean something keep their meaning; any other gives a bonus,
 * which never lapses with a period, and stays readable.
 */
export function bookedSource(given: string): BookedSource {
  const known = Object.values(grant_source).find((source) => source === given);
  return known ? { source: known, kept: {} } : { source: 'bonus', kept: { source: given } };
}
