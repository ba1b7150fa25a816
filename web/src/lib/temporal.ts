/**
 * The browser's Temporal, where it has one. The first requests need the time zone and the day; the first `Intl` formatter of a
 * page loads the data of its language before it answers.
 */
export const temporal = (globalThis as { Temporal?: typeof Temporal }).Temporal;
