/**
 * The condition for a row with `expires_at` and `created_at` whose owner is to be told that it expires: within seven days,
 * and once half of its time is over, so that nobody is told of what was just given for some days. Told once for each
 * expiry, which `expiry_told_for` keeps.
 */
export const EXPIRES_SOON = `
expires_at > now() AND expires_at <= now() + interval '7 days' AND now() >= expires_at - (expires_at - created_at) / 2
AND expiry_told_for IS DISTINCT FROM expires_at`;
