import type { OrganizationInvitationRow } from '../generated/rows.js';
import { DomainError } from '../platform/errors.js';
import type { InvitationView } from './organizations.dto.js';

type Dated = Pick<OrganizationInvitationRow, 'accepted_at' | 'revoked_at' | 'expires_at'>;

/** Returns the state of an invitation. */
export function stateOf({ accepted_at, revoked_at, expires_at }: Dated, now: Date): InvitationView['state'] {
  if (accepted_at !== null) return 'accepted';
  if (revoked_at !== null) return 'revoked';
  return expires_at > now ? 'open' : 'expired';
}

/**
 * Asserts that a person can accept an invitation.
 * @param verified_email address of the person that the identity provider has verified; null for none
 * @throws DomainError conflict `invitation_used` or `invitation_expired`, forbidden `invitation_for_another_address`
 */
export function assertAcceptable(
  row: Dated & Pick<OrganizationInvitationRow, 'email'>,
  verified_email: string | null,
  now: Date,
): void {
  const state = stateOf(row, now);
  if (state === 'accepted' || state === 'revoked') {
    const detail = 'The invitation was accepted by somebody else, or revoked. Ask for a new one.';
    throw new DomainError('conflict', 'invitation_used', detail);
  }
  if (state === 'expired') {
    throw new DomainError('conflict', 'invitation_expired', 'The invitation has expired. Ask for a new one.');
  }
  if (verified_email === null || verified_email === row.email) return;
  const detail = 'The invitation is for another address than the one that you are signed in with.';
  throw new DomainError('forbidden', 'invitation_for_another_address', detail);
}
