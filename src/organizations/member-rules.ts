import type { member_role } from '../generated/prisma/enums.js';
import type { OrganizationMemberRow } from '../generated/rows.js';
import { DomainError } from '../platform/errors.js';

/** Roles that touch the organization's money. Only owners give and take them. */
export const MONEY_ROLES: readonly member_role[] = ['owner', 'billing'];

type Standing = Pick<OrganizationMemberRow, 'member_id' | 'role' | 'status'>;

const isActiveOwner = ({ role, status }: Pick<Standing, 'role' | 'status'>): boolean =>
  role === 'owner' && status === 'active';

/**
 * Asserts that an organization keeps an active owner when a member becomes `next`.
 * @throws DomainError conflict `last_owner`
 */
export function assertKeepsOwner(members: readonly Standing[], next: Standing): void {
  const before = members.find(({ member_id }) => member_id === next.member_id);
  if (!before || !isActiveOwner(before) || isActiveOwner(next)) return;
  if (members.some((member) => member.member_id !== next.member_id && isActiveOwner(member))) return;
  const detail = 'The organization needs an active owner. Make another member owner first, or close the organization.';
  throw new DomainError('conflict', 'last_owner', detail);
}

/**
 * Asserts that an organization has a seat left for one more member.
 * @param taken members and open invitations that count
 * @throws DomainError payment_required `seat_limit_reached`
 */
export function assertSeat(taken: number, seats: number | null): void {
  if (seats === null || taken < seats) return;
  const detail = `The plan has ${seats} ${seats === 1 ? 'seat' : 'seats'}, and all are taken. Change to a plan with more, remove a member, or revoke an invitation.`;
  throw new DomainError('payment_required', 'seat_limit_reached', detail, { seats, taken, raise_at: '/app/billing' });
}
