/**
 * Ends all leases, so that a test need not wait for it; further conditions can follow. Locks the accounts first, as the
 * service does: two statements that take the same holds in different order would deadlock.
 */
export const END_LEASES = `
  UPDATE credit_holds SET lease_until = now() - interval '1 second'
  WHERE user_id = ANY (ARRAY(SELECT user_id FROM user_credits ORDER BY user_id FOR UPDATE)) AND lease_until IS NOT NULL`;
